//! Apps for the tests of those who use them.

use super::{App, Origin, parse};

/// The head that every app's file needs.
pub(in crate::flow) const HEAD: &str = "title = \"Mine\"\npackage = \"com.example.mine\"\n";

/// The app `mine`, with this after its head.
pub(in crate::flow) fn app(rest: &str) -> App {
    parse::parse("mine", &format!("{HEAD}{rest}"), Origin::BuiltIn).unwrap()
}
