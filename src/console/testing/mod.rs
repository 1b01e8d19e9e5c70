//! A farm to look at, and a screen to look at it on: for the tests of the console only.

mod creation;
mod fake;
mod model;
mod rack;
pub(in crate::console) mod screen;

use creation::scripts;
pub(in crate::console) use fake::{Fake, Mood};
pub(in crate::console) use model::{Model, NOW, incident, task};
pub(in crate::console) use rack::rack;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::event::{Effect, Event};
use super::key::{Code, Key};
use super::state::{Options, State};
use super::update::update;
use super::view::view;
use crate::farm::FarmState;
use crate::model::Timestamp;

/// A console whose questions the model answers at once.
pub(in crate::console) struct Screen {
    pub state: State,
    pub model: Model,
    /// What was not a question.
    pub effects: Vec<Effect>,
}

impl Screen {
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::of(columns, rows, Options::default())
    }

    pub fn of(columns: u16, rows: u16, options: Options) -> Self {
        Self::start(columns, rows, options, |_| {})
    }

    pub fn with(columns: u16, rows: u16, change: impl FnOnce(&mut FarmState)) -> Self {
        Self::start(columns, rows, Options::default(), change)
    }

    fn start(
        columns: u16,
        rows: u16,
        options: Options,
        change: impl FnOnce(&mut FarmState),
    ) -> Self {
        let mut model = Model::default();
        change(&mut model.farm);
        Self::showing(columns, rows, options, model)
    }

    /// The console of this model's farm.
    pub fn showing(columns: u16, rows: u16, options: Options, model: Model) -> Self {
        let mut screen = Self {
            state: State::new(options),
            model,
            effects: Vec::new(),
        };
        screen.send(Event::Tick(NOW));
        screen.send(Event::Resize { columns, rows });
        let farm = screen.model.state();
        screen.send(Event::Farm(farm));
        screen
    }

    pub fn now(&self) -> Timestamp {
        self.state.now
    }

    /// Tells the console, a second later, how the model's farm is now.
    pub fn tell(&mut self) {
        self.send(Event::Tick(self.now().plus_ms(1_000)));
        let farm = self.model.state();
        self.send(Event::Farm(farm));
    }

    /// An event, and everything that follows from it.
    pub fn send(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in update(&mut self.state, event) {
                match effect {
                    Effect::Ask { no, ask } => {
                        let answer = self.model.answer(&ask);
                        events.push(Event::Answer { no, answer });
                    }
                    other => self.effects.push(other),
                }
            }
        }
    }

    /// Presses keys: a newline is Enter, `\u{1b}` Escape.
    pub fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            self.send(Event::Key(key(c)));
        }
    }

    pub fn buffer(&self) -> Buffer {
        let backend = TestBackend::new(self.state.columns, self.state.rows);
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| view(&self.state, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// What is on the screen, without the spaces at the ends of lines.
    pub fn text(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width);
        let rows = buffer.content.chunks(width).map(|row| {
            let text: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            text.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

pub(in crate::console) fn key(c: char) -> Key {
    match c {
        '\n' => Code::Enter.into(),
        '\t' => Code::Tab.into(),
        '\u{1b}' => Code::Esc.into(),
        c => c.into(),
    }
}

/// Some lines of a text.
pub(in crate::console) fn lines(text: &str, from: usize, n: usize) -> Vec<String> {
    text.lines().skip(from).take(n).map(str::to_owned).collect()
}
