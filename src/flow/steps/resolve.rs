//! From what a step says to what it means now: its expressions evaluated, its names of the
//! task's app looked up.

use std::pin::Pin;

use serde_json::{Value, json};

use super::error::StepError;
use super::ui::Ui;
use super::walk::Walk;
use crate::flow::js::{Engine, JsError};
use crate::flow::lang::{Element, Selector, Template, Trait};
use crate::flow::screen::Query;

/// An element that is looked for.
#[derive(Debug)]
pub(super) struct Target {
    /// What it is called to people.
    pub(super) shown: String,
    /// What it must be like.
    pub(super) selector: Selector<String>,
    /// The same, ready to be asked.
    pub(super) query: Query,
}

impl Target {
    /// The selector for the report.
    pub(super) fn to_json(&self) -> Value {
        to_json(&self.selector)
    }
}

type Resolved<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Box<Selector<String>>>, JsError>> + Send + 'a>>;

impl<U: Ui> Walk<'_, U> {
    /// A text with its expressions evaluated.
    pub(super) async fn text(&mut self, template: &Template) -> Result<String, StepError> {
        if let Some(text) = template.as_text() {
            return Ok(text.to_owned());
        }
        Ok(self.on.js.resolve(template).await?)
    }

    /// A number in a text; `what` is told if it is none.
    pub(super) async fn number<N: std::str::FromStr>(
        &mut self,
        template: &Template,
        what: &str,
    ) -> Result<N, StepError> {
        let text = self.text(template).await?;
        // Maestro takes `20_000`.
        text.trim()
            .replace('_', "")
            .parse()
            .map_err(|_| StepError::Value(format!("{what}: '{text}' is not a number that fits")))
    }

    /// The package that is meant: the one given, else that of the flow, else the task's app.
    pub(super) async fn package(&mut self, given: Option<&Template>) -> Result<String, StepError> {
        if let Some(package) = given {
            return self.text(package).await;
        }
        let of_flow = self.flows.iter().rev().find_map(|flow| flow.app.clone());
        if let Some(package) = of_flow {
            return self.text(&package).await;
        }
        match &self.on.app {
            Some(app) => Ok(app.package.clone()),
            None => Err(StepError::Config(
                "no app is meant: the flow has no appId, and the task no app".to_owned(),
            )),
        }
    }

    /// The element that is meant.
    pub(super) async fn target(&mut self, element: &Element) -> Result<Target, StepError> {
        let (selector, name) = match element {
            Element::Matching(selector) => (self.selector(selector).await?, None),
            Element::OfApp(name) => {
                let selector = self.app_selector(name)?;
                (self.selector(&selector).await?, Some(name))
            }
        };
        let query = Query::new(&selector).map_err(|e| StepError::Value(e.to_string()))?;
        let shown = match name {
            Some(name) => format!("{name} ({selector})"),
            None => selector.to_string(),
        };
        Ok(Target {
            shown,
            selector,
            query,
        })
    }

    fn app_selector(&self, name: &str) -> Result<Selector, StepError> {
        let app = self.on.app.as_ref().ok_or_else(|| {
            StepError::Config(format!("'{name}' is of the task's app, and it has none"))
        })?;
        app.selectors.get(name).cloned().ok_or_else(|| {
            StepError::Config(format!(
                "the app '{}' has no selector '{name}': [selectors] of its file is to name it",
                app.name
            ))
        })
    }

    async fn selector(&mut self, selector: &Selector) -> Result<Selector<String>, StepError> {
        Ok(resolve_selector(&mut self.on.js, selector).await?)
    }
}

/// A selector with its expressions evaluated.
pub(in crate::flow) async fn resolve_selector(
    js: &mut Engine,
    selector: &Selector,
) -> Result<Selector<String>, JsError> {
    let mut descendants = Vec::with_capacity(selector.contains_descendants.len());
    for one in &selector.contains_descendants {
        descendants.extend(inner(js, Some(one)).await?.map(|one| *one));
    }
    Ok(Selector {
        text: maybe(js, selector.text.as_ref()).await?,
        id: maybe(js, selector.id.as_ref()).await?,
        index: maybe(js, selector.index.as_ref()).await?,
        enabled: selector.enabled,
        checked: selector.checked,
        focused: selector.focused,
        selected: selector.selected,
        below: inner(js, selector.below.as_deref()).await?,
        above: inner(js, selector.above.as_deref()).await?,
        left_of: inner(js, selector.left_of.as_deref()).await?,
        right_of: inner(js, selector.right_of.as_deref()).await?,
        child_of: inner(js, selector.child_of.as_deref()).await?,
        contains_child: inner(js, selector.contains_child.as_deref()).await?,
        contains_descendants: descendants,
        size: selector.size,
        traits: selector.traits.clone(),
    })
}

fn inner<'a>(js: &'a mut Engine, selector: Option<&'a Selector>) -> Resolved<'a> {
    Box::pin(async move {
        match selector {
            Some(selector) => Ok(Some(Box::new(resolve_selector(js, selector).await?))),
            None => Ok(None),
        }
    })
}

async fn maybe(js: &mut Engine, template: Option<&Template>) -> Result<Option<String>, JsError> {
    match template {
        Some(template) => js.resolve(template).await.map(Some),
        None => Ok(None),
    }
}

/// A selector as a flow would write it, in JSON.
fn to_json(selector: &Selector<String>) -> Value {
    let mut fields = serde_json::Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let inner = |inner: &Option<Box<Selector<String>>>| inner.as_deref().map(to_json);
    put("text", text(&selector.text));
    put("id", text(&selector.id));
    put("index", text(&selector.index));
    put("enabled", selector.enabled.map(Value::from));
    put("checked", selector.checked.map(Value::from));
    put("focused", selector.focused.map(Value::from));
    put("selected", selector.selected.map(Value::from));
    put("below", inner(&selector.below));
    put("above", inner(&selector.above));
    put("leftOf", inner(&selector.left_of));
    put("rightOf", inner(&selector.right_of));
    put("childOf", inner(&selector.child_of));
    put("containsChild", inner(&selector.contains_child));
    let descendants: Vec<Value> = selector.contains_descendants.iter().map(to_json).collect();
    put(
        "containsDescendants",
        (!descendants.is_empty()).then_some(Value::Array(descendants)),
    );
    if let Some(size) = selector.size {
        put("width", size.width.map(Value::from));
        put("height", size.height.map(Value::from));
        put("tolerance", Some(size.tolerance.into()));
    }
    let traits: Vec<&str> = selector
        .traits
        .iter()
        .map(|kind| trait_name(*kind))
        .collect();
    put(
        "traits",
        (!traits.is_empty()).then(|| json!(traits.join(" "))),
    );
    Value::Object(fields)
}

const fn trait_name(kind: Trait) -> &'static str {
    match kind {
        Trait::Text => "text",
        Trait::LongText => "long-text",
        Trait::Square => "square",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::to_json;
    use crate::flow::lang::{Selector, Size, Trait};

    #[test]
    fn a_selector_is_reported_as_a_flow_writes_it() {
        let name = Selector {
            text: Some("Ada".to_owned()),
            ..Selector::default()
        };
        let selector = Selector {
            id: Some("follow_button".to_owned()),
            enabled: Some(true),
            below: Some(Box::new(name.clone())),
            contains_descendants: vec![name],
            size: Some(Size {
                width: Some(10),
                height: None,
                tolerance: 2,
            }),
            traits: vec![Trait::Text, Trait::Square],
            ..Selector::default()
        };
        assert_eq!(
            to_json(&selector),
            json!({
                "id": "follow_button",
                "enabled": true,
                "below": {"text": "Ada"},
                "containsDescendants": [{"text": "Ada"}],
                "width": 10,
                "tolerance": 2,
                "traits": "text square",
            })
        );
    }
}
