//! An incident: what it is, since when, and which phones it touches, as far as the farm can
//! tell now.

use super::Page;
use crate::console::look::Role;
use crate::console::state::{IncidentId, incident_id};
use crate::console::text;
use crate::model::{DeviceView, Incident, IncidentKind, Serial};

/// Phones told one by one.
const NAMED: usize = 200;

impl Page<'_> {
    pub(super) fn incident(&mut self, id: &IncidentId) {
        let farm = self.state.farm.clone();
        let incidents = farm.iter().flat_map(|farm| farm.incidents.iter());
        let Some(incident) = incidents
            .clone()
            .find(|incident| incident_id(incident) == *id)
        else {
            return self.text(Role::Good, "it is over");
        };
        self.fact("kind", Role::Bad, id.0);
        self.fact("subject", Role::Plain, &incident.subject);
        self.moment("since", Some(incident.since));
        self.fact("what", Role::Plain, &incident.message);
        let devices = farm.iter().flat_map(|farm| farm.devices.iter());
        let touched: Vec<&Serial> = devices
            .filter(|device| touches(incident, device))
            .map(|device| &device.serial)
            .collect();
        if touched.is_empty() {
            return;
        }
        self.head(&format!("phones: {}", touched.len()));
        for serial in touched.iter().take(NAMED) {
            self.phone("", serial);
        }
        if touched.len() > NAMED {
            let rest = text::count(touched.len() - NAMED, "phone");
            self.text(Role::Dim, &format!("and {rest} more"));
        }
    }
}

/// Whether an incident is about this phone, or about what it hangs on.
fn touches(incident: &Incident, device: &DeviceView) -> bool {
    match incident.kind {
        IncidentKind::Quarantine | IncidentKind::DuplicateSerial => {
            incident.subject == device.serial.as_str()
        }
        // What does not answer lists no phone, and nobody knows which of those that are gone were
        // its own, but those that went when it did.
        IncidentKind::AdbServer | IncidentKind::Hub => match &device.server {
            Some(server) => *server == incident.subject,
            None => device
                .last_seen
                .is_some_and(|seen| seen.ms_since(incident.since).abs() <= SAME_MOMENT_MS),
        },
        IncidentKind::Store => false,
    }
}

/// What happens within this time of each other happens for the same reason.
const SAME_MOMENT_MS: i64 = 2_000;

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, incident, lines};
    use crate::model::{IncidentKind, Serial};

    #[test]
    fn an_incident_tells_since_when_and_which_phones_it_touches() {
        let mut screen = Screen::with(80, 30, |farm| {
            let mut quarantine = incident("emu-4");
            quarantine.kind = IncidentKind::Quarantine;
            quarantine.message = "emu-4 failed 3 tasks in a row".into();
            farm.incidents = [incident("127.0.0.1:5037"), quarantine].into();
            let mut devices = farm.devices.to_vec();
            devices.truncate(1);
            devices[0].server = None;
            devices[0].last_seen = Some(farm.incidents[0].since);
            let mut held = devices[0].clone();
            held.serial = Serial::new("emu-4").unwrap();
            held.last_seen = None;
            farm.devices = [devices[0].clone(), held].into();
        });
        screen.keys("4\n");
        let text = screen.text();
        assert_eq!(
            lines(&text, 6, 7),
            [
                "kind       adb server",
                "subject    127.0.0.1:5037",
                "since      1970-01-01 14:00:57 (2m ago)",
                "what       127.0.0.1:5037 does not answer",
                "",
                "phones: 1",
                "           emu-1 Pixel 7 \u{25b6} busy",
            ]
        );
        screen.keys("J");
        let text = screen.text();
        assert!(
            text.contains("phones: 1\n           emu-4 Pixel 7"),
            "{text}"
        );
        screen.keys("\n");
        assert!(screen.text().contains("\u{2500} phone emu-4 \u{2500}"));
    }

    #[test]
    fn an_incident_that_goes_says_so() {
        let mut screen = Screen::with(80, 30, |farm| {
            farm.incidents = [incident("127.0.0.1:5037")].into();
        });
        screen.keys("4\n");
        screen.model.farm.incidents = [].into();
        screen.tell();
        assert!(screen.text().contains("it is over"), "{}", screen.text());
    }
}
