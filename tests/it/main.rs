//! The tests of jobtop as a whole, in one crate.

mod contract;
mod screens;
mod stage;
