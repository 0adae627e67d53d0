//! The tests of jobtop as a whole, in one crate.

// A test that meets something unexpected is to stop there.
#![allow(clippy::unwrap_used)]

#[cfg(unix)]
mod background;
mod canary;
mod certificate;
mod cli;
mod contract;
mod doctor;
#[cfg(unix)]
mod emulate;
#[cfg(unix)]
mod flow;
mod frames;
#[cfg(unix)]
mod fs_torture;
mod hole;
mod hostile;
mod house;
#[cfg(unix)]
mod journal;
mod login;
#[cfg(unix)]
mod outside;
mod paging;
#[cfg(unix)]
mod plain;
mod readme;
mod reducer;
#[cfg(unix)]
mod remembered;
mod repainting;
mod screens;
mod session;
mod settings;
mod simulation;
mod stage;
mod supply;
mod support;
#[cfg(unix)]
mod terminal;
mod trust;
mod unicode;
mod world;
