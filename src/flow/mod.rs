//! Scripts: what they are called, which parameters they take, and how they run on one phone.
//!
//! Three steps, each a module of its own: [`Scripts`] knows which scripts there are; [`plan()`]
//! checks a request's config and makes the configs of its tasks; [`run()`] runs one attempt.
//! This room talks to phones through [`crate::adb`] and to the host's file system. It must
//! not know the store, the farm or HTTP: whoever calls it decides when a task runs, what a
//! stop means and where the result goes.

pub mod appcheck;
pub mod apps;
mod check;
mod choices;
pub mod driver;
mod failure;
mod files;
mod folder;
mod format;
pub mod js;
pub mod lang;
mod manifest;
mod materials;
mod media;
mod plan;
mod registry;
mod run;
pub mod screen;
mod script;
pub mod steps;
mod timeline;

pub use failure::{Difference, Failure, NearMiss, REPORT, StepPlace};
pub use manifest::ManifestError;
pub use plan::{ConfigError, MAX_BYTES, MAX_TASKS, PlanContext, PlannedTask, plan};
pub use registry::{
    ANNOUNCED, BuiltInError, Defect, NamedFlowError, OnDisk, Problem, Scripts, load_named,
};
pub use run::{Ended, HIERARCHY, Job, LOG, Patience, SCREEN, run};
pub use script::{
    Expected, FanOut, Format, Kind, Materials, Order, Parameter, Pick, Runner, Script,
};
pub use timeline::{Came, TIMELINE, TimedStep, Timeline};
