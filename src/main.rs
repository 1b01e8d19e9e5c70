//! The `farmhand` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    farmhand::cli::main()
}
