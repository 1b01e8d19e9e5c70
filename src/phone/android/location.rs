//! Where the phone believes that it is: test providers that stand in for real ones.

use std::collections::BTreeMap;

use super::Phone;

/// A place that a test provider tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Radius in metres.
    pub accuracy: f32,
}

/// A provider that somebody added for a test.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TestProvider {
    pub enabled: bool,
    pub place: Option<Place>,
}

/// The test providers by name, such as `gps`.
#[derive(Default)]
pub struct Providers(BTreeMap<String, TestProvider>);

impl Providers {
    pub fn add(&mut self, name: &str) {
        self.0.insert(name.to_owned(), TestProvider::default());
    }

    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut TestProvider> {
        self.0.get_mut(name)
    }
}

impl Phone {
    /// The place that an enabled test provider such as `gps` tells; `None` if there is no such
    /// provider, so that apps get the phone's real place.
    #[must_use]
    pub fn test_place(&self, provider: &str) -> Option<Place> {
        let state = self.state();
        let provider = state.providers.0.get(provider)?;
        provider.place.filter(|_| provider.enabled)
    }

    /// The names of the test providers that were added and not removed.
    #[must_use]
    pub fn test_providers(&self) -> Vec<String> {
        self.state().providers.0.keys().cloned().collect()
    }
}
