//! When transports change, and what the list says.

use super::*;
use crate::phone::PhoneSpec;

fn roster(count: u32) -> Roster {
    let phones: Vec<_> = (1..=count)
        .map(|index| Phone::new(PhoneSpec::numbered(index)))
        .collect();
    Roster::new(&phones)
}

fn become_condition(roster: &Roster, condition: Condition) {
    roster.change(0, |entry, last_id| {
        entry.condition = condition;
        settle(entry, last_id);
    });
}

/// Transport id of the first phone before and after it went through conditions.
fn ids_around(through: &[Condition]) -> (u64, u64) {
    let roster = roster(1);
    let id = || roster.choose(&Which::Any).unwrap().id;
    let before = id();
    for condition in through {
        become_condition(&roster, *condition);
    }
    (before, id())
}

#[test]
fn a_phone_that_was_gone_has_another_transport() {
    let (before, after) = ids_around(&[Condition::Gone, Condition::Up]);
    assert_ne!(before, after);
}

#[test]
fn a_phone_that_was_offline_has_another_transport() {
    let (before, after) = ids_around(&[Condition::Offline, Condition::Up]);
    assert_ne!(before, after);
}

#[test]
fn a_phone_keeps_its_transport_while_it_goes_offline() {
    let (before, after) = ids_around(&[Condition::Offline]);
    assert_eq!(before, after);
}

#[test]
fn a_phone_keeps_its_transport_when_its_key_is_allowed() {
    let roster = roster(1);
    become_condition(&roster, Condition::Unauthorized);
    let before = roster.choose(&Which::Any).unwrap().id;
    become_condition(&roster, Condition::Up);
    assert_eq!(roster.choose(&Which::Any).unwrap().id, before);
}

#[test]
fn what_runs_through_a_transport_ends_with_it() {
    let roster = roster(1);
    let chosen = roster.choose(&Which::Any).unwrap();
    become_condition(&roster, Condition::Gone);
    assert!(chosen.lifeline.is_cancelled());
}

#[test]
fn lines_are_as_adb_writes_them() {
    let roster = roster(1);
    assert_eq!(roster.list(Form::Short), "virtual-0001\tdevice\n");
    assert_eq!(
        roster.list(Form::Long),
        "virtual-0001           device usb:1-1.1 product:oriole model:Pixel_6 \
         device:oriole transport_id:1\n"
    );
}

#[test]
fn a_list_that_is_too_long_is_cut_after_a_whole_line() {
    let list = roster(3500).list(Form::Short);
    assert!(list.len() <= MAX_LIST && list.len() > MAX_LIST - 30);
    assert!(list.ends_with("\tdevice\n"));
}

#[test]
fn a_phone_that_was_disconnected_comes_back_by_connect() {
    let roster = roster(2);
    assert!(roster.disconnect("virtual-0001"));
    assert_eq!(roster.list(Form::Short), "virtual-0002\tdevice\n");
    assert_eq!(roster.connect("virtual-0001:5555"), Connected::Now);
    assert_eq!(roster.connect("virtual-0001"), Connected::Already);
}

#[test]
fn a_dropped_phone_cannot_be_connected() {
    let roster = roster(1);
    become_condition(&roster, Condition::Gone);
    assert_eq!(roster.connect("virtual-0001"), Connected::No);
}

#[test]
fn errors_are_in_the_words_of_adb() {
    let none = roster(0);
    let two = roster(2);
    let refusal = |roster: &Roster, which: Which| roster.choose(&which).err().unwrap();
    assert_eq!(refusal(&none, Which::Any), "no devices/emulators found");
    assert_eq!(refusal(&two, Which::Any), "more than one device/emulator");
    assert_eq!(
        refusal(&two, Which::Id(9)),
        "no device with transport id '9'"
    );
    let unknown = Which::Serial("nobody".to_owned());
    assert_eq!(refusal(&two, unknown), "device 'nobody' not found");
}

#[test]
fn a_phone_that_is_offline_can_be_asked_for_its_state_only() {
    let roster = roster(1);
    become_condition(&roster, Condition::Offline);
    assert_eq!(roster.choose(&Which::Any).unwrap().state, State::Offline);
    let error = roster.choose_online(&Which::Any).err();
    assert_eq!(error.as_deref(), Some("device offline"));
}
