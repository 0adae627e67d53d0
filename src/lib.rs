//! jobtop: a terminal dashboard of backup jobs, built around one pure function.
//!
//! ```text
//!  keys, resize, clock ─┐                      ┌─> view ─> terminal
//!  fetcher replies ─────┴─> Message ─> update ─┤        (reads &State)
//!         ^                                    └─> Effect ─> runtime ─> fetcher ─> api ─> HTTP
//!         └──────────────── bounded channel ──────────────────┘
//! ```
//!
//! [`update::update`] takes the state and a message and returns effects; [`view::paint`] paints the state. Neither does IO,
//! reads a clock or keeps anything of its own, so a session is a list of messages that can be written down and run again.
//!
//! # Rooms
//!
//! | room | owns |
//! | --- | --- |
//! | [`model`] | job, status, type, service, query, cursor, page, errors |
//! | [`catalogue`] | the one table of the API's enumerations and data centres (`assets/catalogue.json`) |
//! | [`store`] | the loaded jobs, unique by id, and the order they are shown in |
//! | [`pager`] | what of a list is loaded, under way, failed or ended; what to ask next; a long list read side by side |
//! | [`filter`] | what the user wants to see, and its split into the server's query and our predicate |
//! | [`insight`] | summary and history: pure functions of the store |
//! | [`state`], [`mod@update`] | everything known at a moment; every transition |
//! | [`keymap`] | the one table of keys: dispatch, help, hints and README derive from it |
//! | [`layout`], [`document`], [`mod@format`] | where things are; what the detail pane, chips and footer say; how numbers and times read |
//! | [`view`] | one pure function per pane; the same in words, for screen readers |
//! | [`text`] | foreign text → safe text, the only maker of what may be displayed |
//! | [`api`] | client, wire format, sign-in |
//! | [`sheet`] | jobs as table, Markdown, HTML, JSON, JSON lines, CSV: what is listed, copied and written to files |
//! | [`report`] | `list`, `summary`, `check`: the headless twin on the same store, filter, insight, pager and client |
//! | [`runtime`] | the loop, the fetcher task, signals, the terminal |
//! | [`cli`], [`config`] | flags and environment → one resolved configuration |
//! | [`memory`], [`disk`] | saved views and the last sessions, in a state file; files that are whole whatever happens |
//! | [`journal`] | what was asked, answered and told, in a file that never grows beyond its bound |
//! | [`doctor`], [`login`] | the diagnosis, step by step; the set-up of a tenant |
//! | [`policy`], [`clock`] | the named limits; the only reader of clocks and the only sleeper |
//! | `demo` | the embedded API server with a generated tenant; knows nothing of the rest |
//! | `emulate` | the same server as a tool of its own |
//!
//! Imports run downhill: `update → keymap, layout, document, format → state → pager, store, filter, insight → model`;
//! `view → keymap, layout, document, state, model`; `api → model`; `report → disk, sheet, pager, store, filter, insight, format, api, clock`; `sheet → format, store, model`;
//! `cli → report` (its names); `runtime`, `main` → everything; `demo` → nothing of ours.
//! `tests/it/house.rs` holds this.
//!
//! # Invariants
//!
//! - Two requests for one page cannot be expressed: an order is taken out of [`pager::Tail::More`], which becomes
//!   [`pager::Tail::Loading`] by that.
//! - Where a list is read by several walks, rows are taken only in the order of one, and counted against the server's total; if
//!   any are lacking, one walk reads all of it.
//! - While the server wants to be left alone no lane sends anything but what a person asks for, and that not often.
//! - A reply of an older generation, or to an order that was replaced or called off, is dropped and counted.
//! - Every update ends the same way: what depends on the change is settled, then what to fetch is derived from what is shown.
//!   No key handler knows that pages exist.
//! - Loaded rows are never thrown away but by the first page of a new list.
//! - The selection is a job id, never a row number.
//! - No number is shown without its coverage; what is unknown is never shown as 0.

pub mod api;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod disk;
pub mod doctor;
pub mod document;
#[cfg(feature = "demo")]
pub mod emulate;
pub mod filter;
pub mod format;
pub mod insight;
pub mod journal;
pub mod keymap;
pub mod layout;
pub mod login;
pub mod memory;
pub mod model;
pub mod pager;
pub mod policy;
pub mod report;
pub mod runtime;
pub mod sheet;
pub mod state;
pub mod store;
pub mod text;
pub mod update;
pub mod view;
