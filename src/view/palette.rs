//! The themes as data: which colour plays which part. It knows neither the screen nor what is painted.

use ratatui::style::Color;

use crate::state::ThemeName;

impl ThemeName {
    pub(super) fn palette(self) -> &'static Palette {
        match self {
            // What follows the background is never painted under this name.
            Self::Terminal | Self::Auto => &TERMINAL,
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
            Self::HighContrast => &HIGH_CONTRAST,
            Self::ColourBlind => &COLOUR_BLIND,
        }
    }
}

/// A colour: one of the terminal's 16, and the exact one for a terminal that can show it, as `0xRRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(pub(super) Color, pub(super) Option<u32>);

const fn ink(near: Color, rgb: u32) -> Ink {
    Ink(near, Some(rgb))
}

const fn own(color: Color) -> Ink {
    Ink(color, None)
}

/// Which colour plays which part. What has none is the terminal's.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) ground: Option<Ink>,
    pub(super) plain: Option<Ink>,
    /// Without one, quiet is faint.
    pub(super) quiet: Option<Ink>,
    pub(super) accent: Ink,
    pub(super) bad: Ink,
    pub(super) doubtful: Ink,
    pub(super) good: Ink,
    pub(super) running: Ink,
    pub(super) odd: Ink,
    /// In front and behind.
    pub(super) cursor: (Ink, Ink),
    /// None of them means trouble.
    pub(super) tenants: [Ink; 4],
}

const TERMINAL: Palette = Palette {
    ground: None,
    plain: None,
    quiet: None,
    accent: own(Color::Cyan),
    bad: own(Color::Red),
    doubtful: own(Color::Yellow),
    good: own(Color::Green),
    running: own(Color::LightBlue),
    odd: own(Color::Magenta),
    cursor: (own(Color::White), own(Color::Blue)),
    tenants: [own(Color::LightBlue), own(Color::Magenta), own(Color::Green), own(Color::LightMagenta)],
};

const DARK: Palette = Palette {
    ground: None,
    plain: None,
    quiet: Some(ink(Color::Gray, 0x0098_a0ae)),
    accent: ink(Color::LightCyan, 0x0056_c2d6),
    bad: ink(Color::LightRed, 0x00ff_6b68),
    doubtful: ink(Color::LightYellow, 0x00e5_b454),
    good: ink(Color::LightGreen, 0x007c_cf8a),
    running: ink(Color::LightBlue, 0x007a_a9ff),
    odd: ink(Color::LightMagenta, 0x00d5_8fe8),
    cursor: (ink(Color::White, 0x00ff_ffff), ink(Color::Blue, 0x002f_5fa8)),
    tenants: [
        ink(Color::LightBlue, 0x007a_a9ff),
        ink(Color::LightMagenta, 0x00d5_8fe8),
        ink(Color::LightGreen, 0x007c_cf8a),
        ink(Color::White, 0x00e8_a2c8),
    ],
};

const LIGHT: Palette = Palette {
    ground: None,
    plain: None,
    quiet: Some(ink(Color::DarkGray, 0x005c_6370)),
    accent: ink(Color::Cyan, 0x000b_6470),
    bad: ink(Color::Red, 0x00b3_261e),
    // Yellow cannot be read on white, and 16 colours have nothing darker.
    doubtful: ink(Color::Magenta, 0x0079_5200),
    good: ink(Color::Green, 0x001d_6f31),
    running: ink(Color::Blue, 0x001f_56c4),
    odd: ink(Color::Cyan, 0x007d_2f99),
    cursor: (ink(Color::White, 0x00ff_ffff), ink(Color::Blue, 0x001f_56c4)),
    tenants: [
        ink(Color::Blue, 0x001f_56c4),
        ink(Color::Cyan, 0x007d_2f99),
        ink(Color::Green, 0x001d_6f31),
        ink(Color::DarkGray, 0x009c_2f7c),
    ],
};

const HIGH_CONTRAST: Palette = Palette {
    ground: Some(ink(Color::Black, 0x0000_0000)),
    plain: Some(ink(Color::White, 0x00ff_ffff)),
    quiet: Some(ink(Color::Gray, 0x00d0_d0d0)),
    accent: ink(Color::LightCyan, 0x0000_ffff),
    bad: ink(Color::LightRed, 0x00ff_8080),
    doubtful: ink(Color::LightYellow, 0x00ff_ff00),
    good: ink(Color::LightGreen, 0x0080_ff80),
    running: ink(Color::LightCyan, 0x00a0_c8ff),
    odd: ink(Color::LightMagenta, 0x00ff_a0ff),
    cursor: (ink(Color::Black, 0x0000_0000), ink(Color::LightYellow, 0x00ff_ff00)),
    tenants: [
        ink(Color::LightCyan, 0x00a0_c8ff),
        ink(Color::LightMagenta, 0x00ff_a0ff),
        ink(Color::LightGreen, 0x0080_ff80),
        ink(Color::White, 0x00ff_ffff),
    ],
};

const COLOUR_BLIND: Palette = Palette {
    ground: Some(ink(Color::Black, 0x0010_1216)),
    plain: Some(ink(Color::White, 0x00e3_e6ea)),
    quiet: Some(ink(Color::Gray, 0x00a0_a6b0)),
    accent: ink(Color::LightCyan, 0x00a8_d8f5),
    bad: ink(Color::LightRed, 0x00f0_641e),
    doubtful: ink(Color::LightYellow, 0x00f0_e442),
    good: ink(Color::LightBlue, 0x0056_b4e9),
    running: ink(Color::White, 0x00ff_ffff),
    odd: ink(Color::LightMagenta, 0x00e0_a0c8),
    cursor: (ink(Color::Black, 0x0010_1216), ink(Color::White, 0x00e3_e6ea)),
    tenants: [
        ink(Color::LightCyan, 0x00a8_d8f5),
        ink(Color::LightMagenta, 0x00e0_a0c8),
        ink(Color::White, 0x00ff_ffff),
        ink(Color::LightBlue, 0x0056_b4e9),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    impl Palette {
        fn inks(&self) -> Vec<Ink> {
            let fixed = [self.accent, self.bad, self.doubtful, self.good, self.running, self.odd];
            self.plain.into_iter().chain(self.quiet).chain(fixed).chain(self.tenants).collect()
        }
    }

    fn channels(rgb: u32) -> [f64; 3] {
        let [_, red, green, blue] = rgb.to_be_bytes();
        [red, green, blue].map(|byte| f64::from(byte) / 255.0)
    }

    /// Without the eye's curve, as in WCAG and in the simulations.
    fn linear(rgb: u32) -> [f64; 3] {
        channels(rgb).map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) })
    }

    fn contrast(one: u32, other: u32) -> f64 {
        let light = |rgb| {
            let [red, green, blue] = linear(rgb);
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (one, other): (f64, f64) = (light(one), light(other));
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_colour_can_be_read_on_the_background_that_it_is_made_for() {
        for (theme, ground, least) in [
            (ThemeName::Dark, 0x0016_181d, 4.5),
            (ThemeName::Dark, 0x0000_0000, 4.5),
            (ThemeName::Light, 0x00ff_ffff, 4.5),
            (ThemeName::Light, 0x00fd_f6e3, 4.5),
            (ThemeName::HighContrast, 0x0000_0000, 7.0),
            (ThemeName::ColourBlind, 0x0010_1216, 5.5),
        ] {
            let palette = theme.palette();
            assert!(palette.ground.is_none_or(|ground_ink| ground_ink.1 == Some(ground)), "{}", theme.name());
            for ink in palette.inks() {
                let ratio = contrast(ink.1.unwrap(), ground);
                assert!(ratio >= least, "{}: {:06x} on {ground:06x}: {ratio:.1}", theme.name(), ink.1.unwrap());
            }
            let (front, behind) = (palette.cursor.0.1.unwrap(), palette.cursor.1.1.unwrap());
            assert!(contrast(front, behind) >= least, "{}: the cursor", theme.name());
        }
    }

    /// What colours become for those who see no red, no green, no blue (Machado, Oliveira and Fernandes 2009).
    const EYES: [[[f64; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn distance(one: u32, other: u32, eye: [[f64; 3]; 3]) -> f64 {
        let seen = |rgb| {
            let raw = linear(rgb);
            eye.map(|row| {
                row.iter().zip(raw).map(|(part, value)| part * value).sum::<f64>().clamp(0.0, 1.0).powf(1.0 / 2.4)
            })
        };
        seen(one).iter().zip(seen(other)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn e20_good_doubtful_and_bad_differ_for_every_eye() {
        let Palette { good, doubtful, bad, .. } = ThemeName::ColourBlind.palette();
        for (one, other) in [(good, doubtful), (doubtful, bad), (good, bad)] {
            for (at, eye) in EYES.into_iter().enumerate() {
                let apart = distance(one.1.unwrap(), other.1.unwrap(), eye);
                assert!(apart > 0.3, "{:06x} and {:06x} for eye {at}: {apart:.2}", one.1.unwrap(), other.1.unwrap());
            }
        }
        // The measure sees what it is for: red and green of an ordinary theme are near for some.
        let Palette { good, doubtful, .. } = ThemeName::Dark.palette();
        assert!(EYES.into_iter().any(|eye| distance(good.1.unwrap(), doubtful.1.unwrap(), eye) < 0.3));
    }
}
