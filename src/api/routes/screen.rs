//! A phone's screen: as a picture, and as the elements that selectors are made from.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Api;
use super::device::parse;
use super::extract::{Bare, BareQuery, Name};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::file;
use crate::farm::{HIERARCHY, SCREEN};
use crate::flow::screen::{Bounds, Hierarchy, Node, NodeId};
use crate::model::Serial;

type Answer = Result<Response, ApiError>;

/// `GET /device/{serial}/screen`: a PNG.
pub async fn picture(State(api): State<Arc<Api>>, Name(serial): Name, _: Bare) -> Answer {
    let serial = parse(&serial)?;
    let png = api.farm.reader.picture(&serial).await?;
    let head = file::Head {
        name: SCREEN,
        media_type: "image/png",
        bytes: Some(png.len() as u64),
    };
    Ok(file::answer(&head, png.into()))
}

/// `GET /device/{serial}/hierarchy`: the elements of the screen; with `?format=xml` as the
/// phone wrote them.
pub async fn hierarchy(
    State(api): State<Arc<Api>>,
    Name(serial): Name,
    BareQuery(mut query): BareQuery,
) -> Answer {
    let serial = parse(&serial)?;
    let format = query.text("format");
    query.finish()?;
    let as_xml = match format.as_deref() {
        None | Some("json") => false,
        Some("xml") => true,
        Some(other) => {
            let message = format!("format must be json or xml, this is {other:?}");
            return Err(ApiError::field("format", message));
        }
    };
    let tree = api.farm.reader.hierarchy(&serial).await?;
    if as_xml {
        let head = file::Head {
            name: HIERARCHY,
            media_type: "application/xml; charset=utf-8",
            bytes: Some(tree.xml.len() as u64),
        };
        return Ok(file::answer(&head, tree.xml.into()));
    }
    let answer = Success::of(TreeJson::of(&serial, &tree.hierarchy))?;
    Ok(answer.into_response())
}

/// A list, not a tree in a tree: readers of JSON limit how deep it may nest, screens do not.
#[derive(Serialize)]
struct TreeJson<'a> {
    serial: &'a Serial,
    /// Quarter turns from the natural orientation.
    rotation: u8,
    width: i32,
    height: i32,
    /// Parents before their children.
    nodes: Vec<NodeJson<'a>>,
    total: usize,
}

impl<'a> TreeJson<'a> {
    fn of(serial: &'a Serial, hierarchy: &'a Hierarchy) -> Self {
        let (width, height) = hierarchy.size();
        let mut places: HashMap<NodeId, Place> = HashMap::new();
        let mut nodes = Vec::new();
        for (index, (id, node)) in hierarchy.iter().enumerate() {
            let above = node.parent.and_then(|parent| places.get(&parent)).copied();
            let place = Place {
                index,
                depth: above.map_or(0, |above| above.depth + 1),
            };
            places.insert(id, place);
            nodes.push(NodeJson::of(
                node,
                place.depth,
                above.map(|above| above.index),
            ));
        }
        Self {
            serial,
            rotation: hierarchy.rotation(),
            width,
            height,
            total: nodes.len(),
            nodes,
        }
    }
}

/// Where in the list a node stands.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    depth: usize,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the names that uiautomator gives them"
)]
struct NodeJson<'a> {
    /// 0 for a window.
    depth: usize,
    /// The index in `nodes` of what it lies in.
    parent: Option<usize>,
    class: &'a str,
    package: &'a str,
    id: Option<&'a str>,
    text: Option<&'a str>,
    hint: Option<&'a str>,
    description: Option<&'a str>,
    bounds: Option<BoundsJson>,
    enabled: bool,
    clickable: bool,
    long_clickable: bool,
    checkable: bool,
    checked: bool,
    focusable: bool,
    focused: bool,
    scrollable: bool,
    selected: bool,
    password: bool,
}

impl<'a> NodeJson<'a> {
    fn of(node: &'a Node, depth: usize, parent: Option<usize>) -> Self {
        Self {
            depth,
            parent,
            class: &node.class,
            package: &node.package,
            id: node.id.as_deref(),
            text: node.text.as_deref(),
            hint: node.hint.as_deref(),
            description: node.description.as_deref(),
            bounds: node.bounds.map(BoundsJson::from),
            enabled: node.enabled,
            clickable: node.clickable,
            long_clickable: node.long_clickable,
            checkable: node.checkable,
            checked: node.checked,
            focusable: node.focusable,
            focused: node.focused,
            scrollable: node.scrollable,
            selected: node.selected,
            password: node.password,
        }
    }
}

/// Pixels; right and bottom lie outside.
#[derive(Serialize)]
struct BoundsJson {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl From<Bounds> for BoundsJson {
    fn from(bounds: Bounds) -> Self {
        Self {
            left: bounds.left,
            top: bounds.top,
            right: bounds.right,
            bottom: bounds.bottom,
        }
    }
}
