//! What the model's phones show: a button on a blue screen, or on a red one where it failed.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use crate::console::source::Sight;
use crate::farm::ScreenTree;
use crate::flow::screen::Hierarchy;

/// Colour of a phone's screen.
pub const BLUE: [u8; 3] = [0, 0, 255];
/// Colour of the screen that a task left.
pub const RED: [u8; 3] = [255, 0, 0];

/// Its size in pixels.
const SIZE: (u32, u32) = (90, 200);

const XML: &str = r#"<hierarchy rotation="0">
  <node class="android.widget.FrameLayout" bounds="[0,0][90,200]" enabled="true">
    <node class="android.widget.TextView" text="It's Ann" bounds="[0,0][90,20]" enabled="true"/>
    <node class="android.widget.Button" text="Follow" resource-id="org.farmhand.sample:id/follow"
      bounds="[30,80][60,120]" enabled="true" clickable="true"/>
    <node class="android.widget.TextView" text="Far away" bounds="[0,900][90,920]" enabled="true"/>
  </node>
</hierarchy>"#;

/// A picture of a screen.
pub fn png(of: &Sight) -> Vec<u8> {
    let colour = match of {
        Sight::Live(_) => BLUE,
        Sight::Left { .. } => RED,
    };
    let image = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb(colour));
    let mut png = Vec::new();
    let mut file = Cursor::new(&mut png);
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    png
}

/// What a screen is made of.
pub fn tree() -> ScreenTree {
    ScreenTree::of(&Hierarchy::parse(XML).unwrap().on_screen(90, 200))
}
