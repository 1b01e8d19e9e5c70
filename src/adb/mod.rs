//! The client of adb servers.
