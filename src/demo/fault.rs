//! The faults that the embedded server can be given: one table of their names and of what each does.
//! It must never know how: that is `mischief`'s, `spoil`'s and `body`'s.

/// Something that servers, proxies and networks do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says what each one does")]
pub enum Fault {
    Throttle,
    ThrottleDate,
    Busy,
    Reset,
    HalfBody,
    Slow,
    Hang,
    EmptyPages,
    LowercaseLink,
    AbsoluteLink,
    RelativeLink,
    ForeignLink,
    Loop,
    Redirect,
    RedirectToken,
    Html,
    Forbidden,
    NotFound,
    UnauthorizedMidway,
    ShortToken,
    ExpiredSecret,
    InvalidClient,
    InvalidScope,
    UnknownValues,
    OddRows,
    MovingRows,
    LostRow,
    HostileText,
    GzipBomb,
    DeepJson,
    Huge,
    ClockOff,
}

/// Every fault with its name and what it does. Those that say "now and then" meet the first of every three questions, and let
/// the same question through when it is asked again.
pub const FAULTS: [(Fault, &str, &str); 32] = [
    (Fault::Throttle, "throttle", "now and then 429, with one second to wait"),
    (Fault::ThrottleDate, "throttle-date", "now and then 429, with the date until which to wait"),
    (Fault::Busy, "busy", "now and then 500, 502, 503 and 504 in turn"),
    (Fault::Reset, "reset", "now and then the connection is reset instead of an answer"),
    (Fault::HalfBody, "half-body", "now and then an answer ends in its middle"),
    (Fault::Slow, "slow", "every page drips, a byte each half second"),
    (Fault::Hang, "hang", "no page is ever answered"),
    (Fault::EmptyPages, "empty-pages", "two empty pages before every page but the first"),
    (Fault::LowercaseLink, "lowercase-link", "nextLink is written nextlink"),
    (Fault::AbsoluteLink, "absolute-link", "nextLink is a whole URL"),
    (Fault::RelativeLink, "relative-link", "nextLink is a path with a query"),
    (Fault::ForeignLink, "foreign-link", "nextLink is a URL of another server, to which no token may go"),
    (Fault::Loop, "loop", "from the third page on, nextLink leads back to the second"),
    (Fault::Redirect, "redirect", "pages are answered by 302 to another server"),
    (Fault::RedirectToken, "redirect-token", "sign-ins are answered by 307 to another server"),
    (Fault::Html, "html", "pages are answered by 200 and a proxy's sign-in page"),
    (Fault::Forbidden, "forbidden", "pages are answered by 403"),
    (Fault::NotFound, "not-found", "pages are answered by 404"),
    (
        Fault::UnauthorizedMidway,
        "unauthorized-midway",
        "the tokens given until then are revoked with the third page, and with every fiftieth",
    ),
    (Fault::ShortToken, "short-token", "tokens are good for four seconds"),
    (Fault::ExpiredSecret, "expired-secret", "sign-ins are refused: the secret has expired"),
    (Fault::InvalidClient, "invalid-client", "sign-ins are refused, without a reason"),
    (Fault::InvalidScope, "invalid-scope", "sign-ins are refused: the scope is not granted"),
    (Fault::UnknownValues, "unknown-values", "job types and statuses that no documentation names"),
    (
        Fault::OddRows,
        "odd-rows",
        "empty and .NET's year 1 dates, counts as strings, missing comments, PascalCase keys, a byte-order mark",
    ),
    (Fault::MovingRows, "moving-rows", "every page repeats the last three jobs of the one before, in another order"),
    (Fault::LostRow, "lost-row", "one job is counted and never sent"),
    (
        Fault::HostileText,
        "hostile-text",
        "ids, comments and errors hold escape sequences, deceiving characters and a million letters",
    ),
    (Fault::GzipBomb, "gzip-bomb", "pages are 600 MB of blanks, compressed to less than 1 MB"),
    (Fault::DeepJson, "deep-json", "pages are 100,000 nested brackets"),
    (Fault::Huge, "huge", "pages are 1 GB of blanks"),
    (Fault::ClockOff, "clock-off", "the server's clock is 20 minutes ahead"),
];

impl Fault {
    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        FAULTS.iter().find(|(fault, ..)| *fault == self).map_or("", |(_, name, _)| name)
    }

    /// The fault of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        FAULTS.iter().find(|(_, known, _)| *known == name).map(|(fault, ..)| *fault)
    }

    /// Whether the same question, asked again, is answered well.
    pub(super) fn is_passing(self) -> bool {
        matches!(self, Self::Throttle | Self::ThrottleDate | Self::Busy | Self::Reset | Self::HalfBody)
    }

    /// Whether it names another server.
    pub(super) fn leads_elsewhere(self) -> bool {
        matches!(self, Self::ForeignLink | Self::Redirect | Self::RedirectToken)
    }
}
