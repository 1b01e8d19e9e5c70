//! The sample app as a hand and an eye on the phone meet it: through touches and dumps.

mod any;
mod compose;
mod drawing;
mod faults;
mod hand;
mod pages;
mod people;
mod state;
