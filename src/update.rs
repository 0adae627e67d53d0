//! Every transition: `update` takes a message and returns the effects that it asks for. Pure: no IO, no clock, no widgets.
//!
//! Whatever the message was, `update` ends the same way: [`settle`] brings what depends on the change in step with it, and
//! [`demand`] derives what to fetch from what is shown. No key handler knows that pages exist.

mod clocks;
mod columns;
mod copy;
mod export;
mod finding;
mod keys;
mod marks;
mod mouse;
mod overlays;
mod paging;
mod palette;
mod panes;
mod portal;
mod settle;
mod sorting;
mod table;
mod theme;
mod view_list;
mod views;
mod watch;

use crate::{
    keymap::{Key, Step},
    model::{Lane, PageReply, PageRequest, Query, Reading},
    state::{Announcement, Export, Handing, Level, Memo, Preferences, Program, Shade, State},
    text::Safe,
};

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Characters were typed one right after the other, each of which [`typed`] tells: the list follows the last one, where it would
    /// have followed each.
    Typed(String),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(Click),
    /// The terminal has another size: columns and rows.
    Resize(u16, u16),
    /// It is this late now.
    Tick(Reading),
    /// The process was stopped and goes on.
    Continued,
    /// An order was answered.
    Page(Box<PageReply>),
    /// This tenant's session is shown again after another's: what was under way was called off meanwhile.
    Returned,
    /// What was wanted is done.
    Done(String),
    /// The address that was asked for.
    Address(String),
    /// What was wanted cannot be had, and why.
    Refused(String),
    /// A program did not take the text that was to be copied, and why.
    NotTaken(Box<Handing>, String),
    /// The terminal told what its background is.
    Background(Shade),
    /// The configuration was read again.
    Configured(Box<Preferences>),
}

/// What the mouse did, and where: column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Click {
    /// Its first button was pressed.
    At(u16, u16),
    /// Its wheel was turned.
    Wheel(Step, u16, u16),
}

/// Something must be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Order a page, in place of what its lane is doing.
    FetchPage(PageRequest),
    /// Stop what a lane is doing.
    Cancel(Lane),
    /// Read the credential again and sign in with it; what is ordered next is asked for with that.
    SignInAnew,
    /// Ask by new connections from now on: those that there are may lead nowhere.
    Reconnect,
    /// Show another tenant's session.
    Connect(Target),
    /// Keep something for the next session.
    Remember(Memo),
    /// Write jobs to a file, which is there whole or not at all; [`Message::Done`] or [`Message::Refused`] tells.
    Export(Box<Export>),
    /// Tell the address that the first page of a list is asked for by: [`Message::Address`].
    Address(Query),
    /// Tell that a watched job has ended.
    Announce(Box<Announcement>),
    /// Hand a text to the program that has the clipboard; [`Message::Done`] or [`Message::NotTaken`] tells.
    Hand(Box<Handing>),
    /// Have a program open an address; [`Message::Refused`] tells where it does not.
    Open(Program, String),
    /// Put a text into the terminal's clipboard.
    Copy(Safe),
    /// Ask the terminal for its background: [`Message::Background`], if it answers.
    AskBackground,
    /// Paint the whole screen anew.
    Redraw,
    /// Give the terminal back and stop until continued.
    Suspend,
    /// Leave, and set a tenant up.
    SetUp,
    /// Leave.
    Quit,
}

/// Whose jobs are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Those of the embedded server.
    Demo,
    /// Those of a tenant of the configuration file.
    Tenant(String),
    /// Those of the tenant that is shown, by its name, with a credential that was read again.
    Same(String),
}

/// Applies a message.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    match message {
        Message::Key(key) => keys::press(state, key, &mut effects),
        Message::Typed(text) => keys::write_all(state, &text),
        Message::Paste(text) => keys::paste(state, &text),
        Message::Mouse(click) => mouse::apply(state, click, &mut effects),
        Message::Resize(columns, rows) => state.size = (columns, rows),
        Message::Tick(reading) => clocks::read(state, reading, &mut effects),
        Message::Continued => clocks::go_on(state, &mut effects),
        Message::Page(reply) => paging::take_in(state, *reply, &mut effects),
        Message::Returned => paging::resume(state, &mut effects),
        Message::Done(told) => export::done(state, told),
        Message::Address(address) => copy::address(state, &address, &mut effects),
        Message::Refused(why) => refuse(state, why),
        Message::NotTaken(handing, why) => copy::not_taken(state, *handing, &why, &mut effects),
        Message::Background(shade) => state.background.answer(shade, state.now),
        Message::Configured(preferences) => configure(state, *preferences),
    }
    settle::settle(state, &mut effects);
    paging::demand(state, &mut effects);
    effects
}

/// The character that a key adds to a line of text, where it does nothing else.
pub fn typed(state: &State, key: Key) -> Option<char> {
    let context = state.context();
    key.text().filter(|_| context.takes_text() && state.keymap.action(context, key).is_none())
}

fn configure(state: &mut State, preferences: Preferences) {
    state.prefer(preferences);
    let told = "the configuration was read again";
    state.log.note(state.now, Level::Info, told);
    state.notice = Some(told.to_owned());
}

fn refuse(state: &mut State, why: String) {
    state.log.note(state.now, Level::Warning, why.as_str());
    state.notice = Some(why);
}
