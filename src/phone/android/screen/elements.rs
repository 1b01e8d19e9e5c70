//! The elements on the screen, from the state of the user interface.

use jiff::Timestamp;

use super::super::packages::LAUNCHER;
use super::SIZE;
use super::ui::Ui;

/// How an element looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Text on a bar of its own colour.
    Bar,
    /// Text alone.
    Label,
    /// Text in large letters.
    Title,
    /// Text in a frame.
    Field,
    /// Text on a coloured block.
    Button,
}

/// Something on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub look: Look,
    pub class: &'static str,
    /// Resource id without its package; may be empty.
    pub id: &'static str,
    pub text: String,
    /// Left, top, right and bottom in pixels.
    pub bounds: [i32; 4],
    /// The package that touching it opens.
    pub opens: Option<String>,
}

impl Element {
    fn new(look: Look, id: &'static str, text: impl Into<String>, bounds: [i32; 4]) -> Self {
        let class = match look {
            Look::Field => "android.widget.EditText",
            Look::Button => "android.widget.Button",
            Look::Bar | Look::Label | Look::Title => "android.widget.TextView",
        };
        Self {
            look,
            class,
            id,
            text: text.into(),
            bounds,
            opens: None,
        }
    }

    pub fn is_clickable(&self) -> bool {
        matches!(self.look, Look::Button | Look::Field)
    }

    /// Whether a point lies in it.
    pub fn is_at(&self, (x, y): (i32, i32)) -> bool {
        let [left, top, right, bottom] = self.bounds;
        (left..right).contains(&x) && (top..bottom).contains(&y)
    }
}

/// The screen's right edge.
const RIGHT: i32 = SIZE.0 as i32;
/// The screen's lower edge.
const BOTTOM: i32 = SIZE.1 as i32;

/// Clock and battery.
pub fn status_bar(percent: u8) -> Vec<Element> {
    let clock = Timestamp::now().strftime("%H:%M").to_string();
    vec![
        Element::new(Look::Bar, "clock", clock, [0, 0, RIGHT / 2, 36]),
        Element::new(
            Look::Bar,
            "battery",
            format!("{percent}%"),
            [RIGHT / 2, 0, RIGHT, 36],
        ),
    ]
}

/// What is below the status bar.
pub fn screen(ui: &Ui, apps: Vec<String>) -> Vec<Element> {
    if ui.is_locked() {
        return vec![
            Element::new(
                Look::Title,
                "lock_title",
                "Locked",
                [60, 300, RIGHT - 60, 350],
            ),
            Element::new(
                Look::Label,
                "lock_hint",
                "Swipe up to unlock",
                [60, 360, RIGHT - 60, 400],
            ),
        ];
    }
    match ui.focus() {
        home if home.package == LAUNCHER => launcher(apps),
        activity => vec![
            Element::new(
                Look::Bar,
                "title",
                label(&activity.package),
                [0, 36, RIGHT, 96],
            ),
            Element::new(
                Look::Label,
                "activity",
                activity.short(),
                [24, 110, RIGHT - 24, 140],
            ),
            Element::new(
                Look::Label,
                "data",
                activity.data,
                [24, 150, RIGHT - 24, 180],
            ),
            Element::new(
                Look::Field,
                "text",
                activity.text,
                [24, 200, RIGHT - 24, 320],
            ),
            Element::new(
                Look::Button,
                "button",
                format!("Pressed {}", activity.pressed),
                [24, 350, RIGHT - 24, 420],
            ),
        ],
    }
}

/// A row for each app, as many as there is room for.
fn launcher(apps: Vec<String>) -> Vec<Element> {
    let mut rows = vec![Element::new(
        Look::Title,
        "home",
        "Home",
        [24, 60, RIGHT - 24, 110],
    )];
    let tops = (130..BOTTOM - 90).step_by(80);
    let apps = [
        "com.android.settings".to_owned(),
        "com.android.chrome".to_owned(),
    ]
    .into_iter()
    .chain(apps);
    for (package, top) in apps.zip(tops) {
        let mut row = Element::new(
            Look::Button,
            "app",
            label(&package),
            [24, top, RIGHT - 24, top + 66],
        );
        row.opens = Some(package);
        rows.push(row);
    }
    rows
}

/// An app's label: the last part of its package name.
fn label(package: &str) -> String {
    let last = package.rsplit('.').next().unwrap_or(package);
    let mut letters = last.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
