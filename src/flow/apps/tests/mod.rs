mod file;
mod registry;
