#![doc = "jobtop"]
pub mod catalogue;
pub mod clock;
pub mod model;
pub mod policy;
pub mod text;
