//! What the sample app has saved on a phone: the truth that tests and the demo compare with
//! what was asked.

use std::collections::BTreeSet;
use std::time::Duration;

/// What the sample app of one phone has saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleState {
    /// The account in use; `None` once the app's data were cleared and nobody signed in again.
    pub current: Option<String>,
    /// Every account of the phone, in its order.
    pub accounts: Vec<SampleAccount>,
}

/// What one account did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleAccount {
    /// Its name.
    pub name: String,
    /// Names of the users it follows.
    pub follows: BTreeSet<String>,
    /// What it posted, oldest first.
    pub posts: Vec<SamplePost>,
    /// What it wrote under posts, oldest first.
    pub comments: Vec<SampleComment>,
    /// Which posts it looked at, in the order in which that ended.
    pub views: Vec<SampleView>,
}

/// A post whose upload is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePost {
    /// Its id, as links to it have it.
    pub id: String,
    /// Its text.
    pub caption: String,
    /// Its pictures and videos, in the order in which they were shared.
    pub files: Vec<SampleFile>,
    /// Uptime of the phone when the upload began.
    pub at: Duration,
}

/// A file as the app read it when it was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFile {
    /// Its name without folders.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// A comment under a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleComment {
    /// The post's id.
    pub post: String,
    /// What was written.
    pub text: String,
    /// Uptime of the phone when it was sent.
    pub at: Duration,
}

/// A post that was on the screen: its own page, or most of its card in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleView {
    /// The post's id.
    pub post: String,
    /// Uptime of the phone when it came into view.
    pub since: Duration,
    /// How long it stayed.
    pub lasted: Duration,
}

impl SampleState {
    /// The state of a phone's app before anything was done.
    pub(super) fn fresh(accounts: &[String]) -> Self {
        let account = |name: &String| SampleAccount {
            name: name.clone(),
            ..SampleAccount::default()
        };
        Self {
            current: accounts.first().cloned(),
            accounts: accounts.iter().map(account).collect(),
        }
    }

    /// What an account of this phone did.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&SampleAccount> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// What the account in use did.
    #[must_use]
    pub fn current_account(&self) -> Option<&SampleAccount> {
        self.account(self.current.as_deref()?)
    }

    pub(super) fn account_mut(&mut self, name: &str) -> Option<&mut SampleAccount> {
        self.accounts
            .iter_mut()
            .find(|account| account.name == name)
    }

    pub(super) fn current_mut(&mut self) -> Option<&mut SampleAccount> {
        let name = self.current.clone()?;
        self.account_mut(&name)
    }
}
