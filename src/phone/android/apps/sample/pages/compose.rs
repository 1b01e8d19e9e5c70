//! The page of a new post: caption, files, and how far its upload is.

use super::super::super::super::screen::{Area, Element, List, Look};
use super::super::Sample;
use super::super::data::colour;
use super::super::memory::{Act, Step};
use super::super::upload::Stage;
use super::{GAP, Place};

/// Height of the caption's field.
const CAPTION: i32 = 150;
/// Height of the line that tells how far the upload is.
const STATUS: i32 = 56;
/// Width and height of a thumbnail.
const THUMB: i32 = 126;

impl Sample {
    pub(super) fn compose(
        &self,
        place: &Place<'_>,
        streams: &[String],
        caption: &str,
        step: &Step,
    ) -> Vec<Element<Act>> {
        let (top, rest) = place.area.cut_top(CAPTION + 2 * GAP);
        let (status, rest) = rest.cut_top(STATUS);
        let field = Element {
            focused: place.page.focused,
            enabled: self.is_editable(step),
            ..Element::new(Look::Field, "caption_field", top.inset(GAP))
        };
        let field = field.text(caption).hint("Write a caption").does(Act::Focus);
        let mut files = List::new(rest.slice(GAP, rest.width() - 2 * GAP));
        let columns = (files.width() / THUMB).max(1);
        for row in streams.chunks(columns as usize) {
            files.row(THUMB, move |area| {
                let thumbs = row.iter().zip(0..).map(|(uri, column)| {
                    let place = area.slice(column * THUMB, THUMB).inset(4);
                    Element::new(Look::Picture(colour(uri)), "compose_media", place).says(name(uri))
                });
                Element::new(Look::Group, "compose_row", area).with(thumbs)
            });
        }
        vec![
            field,
            self.status(
                place,
                streams.len(),
                step,
                status.slice(GAP, status.width() - 2 * GAP),
            ),
            files.show("compose_list", place.page.scroll, Act::Scroll),
        ]
    }

    fn status(&self, place: &Place<'_>, files: usize, step: &Step, area: Area) -> Element<Act> {
        let text = |id, text: String| Element::new(Look::Text, id, area.band(4, 40)).text(text);
        match step {
            Step::Writing => text(
                "compose_count",
                match files {
                    1 => "1 file".to_owned(),
                    many => format!("{many} files"),
                },
            ),
            Step::Unreadable(uri) => text("upload_failed", format!("{} cannot be read", name(uri))),
            Step::Uploading(number) => match self.memory.uploads.get(*number) {
                Some(upload) if upload.stage() == Stage::Running => {
                    let percent = upload.percent(place.scene.now);
                    Element::new(
                        Look::Progress(percent),
                        "upload_progress",
                        area.band(16, 20),
                    )
                    .text(format!("{percent}%"))
                }
                Some(upload) if upload.stage() == Stage::Done => {
                    text("upload_done", "Posted".to_owned())
                }
                _ => text("upload_failed", "The upload failed".to_owned()),
            },
        }
    }

    pub(super) fn post_button(&self, step: &Step, area: Area) -> Element<Act> {
        Element {
            enabled: self.is_editable(step),
            ..Element::new(Look::Button, "post_button", area)
        }
        .text("Post")
        .does(Act::Publish)
    }

    /// Whether the post can still be changed, or sent once more.
    fn is_editable(&self, step: &Step) -> bool {
        let upload = match step {
            Step::Writing | Step::Unreadable(_) => None,
            Step::Uploading(number) => self.memory.uploads.get(*number),
        };
        upload.is_none_or(|upload| upload.stage() == Stage::Failed)
    }
}

/// The last part of a URI.
fn name(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or(uri)
}
