//! Touches and keys: Android's `input` program.

use std::time::Duration;

use crate::flow::lang::Key;

use super::error::DriverError;
use super::open::Driver;
use super::options::Keyboard;

/// The longest gesture that makes sense.
const LONGEST: Duration = Duration::from_secs(60);

impl Driver {
    /// Touches the screen once, at a point in pixels from the top left.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn tap(&mut self, at: (i32, i32)) -> Result<(), DriverError> {
        let (x, y) = at;
        let what = format!("tapping at {x},{y}");
        self.shell.act(&what, &format!("input tap {x} {y}")).await?;
        Ok(())
    }

    /// Touches the screen twice, as fast as the phone starts its `input` program: on slow phones
    /// with an Android before 11 that may be too slow for a double tap.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn double_tap(&mut self, at: (i32, i32)) -> Result<(), DriverError> {
        let (x, y) = at;
        let what = format!("tapping twice at {x},{y}");
        let cmd = format!("input tap {x} {y} && input tap {x} {y}");
        self.shell.act(&what, &cmd).await?;
        Ok(())
    }

    /// Touches the screen and holds on.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn long_press(&mut self, at: (i32, i32), hold: Duration) -> Result<(), DriverError> {
        self.gesture("pressing long", at, at, hold).await
    }

    /// Moves a finger over the screen.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn swipe(
        &mut self,
        from: (i32, i32),
        to: (i32, i32),
        duration: Duration,
    ) -> Result<(), DriverError> {
        self.gesture("swiping", from, to, duration).await
    }

    async fn gesture(
        &mut self,
        what: &str,
        (x1, y1): (i32, i32),
        (x2, y2): (i32, i32),
        duration: Duration,
    ) -> Result<(), DriverError> {
        if duration > LONGEST {
            return Err(DriverError::Invalid(format!(
                "a gesture takes at most {LONGEST:?}, not {duration:?}"
            )));
        }
        let ms = duration.as_millis();
        let what = format!("{what} from {x1},{y1} to {x2},{y2}");
        let cmd = format!("input swipe {x1} {y1} {x2} {y2} {ms}");
        let total = self.patience.answer + duration;
        self.shell.act_within(&what, &cmd, total).await?;
        Ok(())
    }

    /// Presses a key.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn key(&mut self, key: Key) -> Result<(), DriverError> {
        let code = code(key);
        let what = format!("pressing key {code}");
        self.shell
            .act(&what, &format!("input keyevent {code}"))
            .await?;
        Ok(())
    }

    /// Hides the keyboard if it is shown. Only then: the key that hides it is Back, which
    /// would leave the page otherwise.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn hide_keyboard(&mut self) -> Result<Keyboard, DriverError> {
        let cmd = "if dumpsys input_method | grep -q mInputShown=true; then input keyevent 4 && \
                   echo hidden; fi";
        let said = self.shell.act("hiding the keyboard", cmd).await?;
        Ok(match said.trim() {
            "hidden" => Keyboard::Hidden,
            _ => Keyboard::WasHidden,
        })
    }
}

/// Android's code of a key (`android.view.KeyEvent`). Maestro's are the same but for Tab, where
/// it sends 62, the space bar.
pub(super) const fn code(key: Key) -> u16 {
    match key {
        Key::Enter => 66,
        Key::Backspace => 67,
        Key::Back => 4,
        Key::Home => 3,
        Key::Lock => 276,
        Key::Power => 26,
        Key::Tab => 61,
        Key::Escape => 111,
        Key::VolumeUp => 24,
        Key::VolumeDown => 25,
        Key::Code(code) => code,
    }
}
