//! Colours by what they mean. The default uses the terminal's own 16 colours, so that it is readable on any background.

/// Which colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// The terminal's own 16.
    #[default]
    Sixteen,
    /// None: only bold, dim, underline and reverse.
    None,
}

/// The styles of every part of the screen.
#[derive(Debug, Clone)]
pub struct Theme {
    colors: Colors,
}

impl Theme {
    /// The theme for what may be used.
    pub fn new(colors: Colors) -> Self {
        Self { colors }
    }
}
