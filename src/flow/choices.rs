//! What a plan chooses anew for each task: a line of a text, the files of a post.

use std::path::Path;

use serde_json::{Map, Value};

use super::files::Roots;
use super::materials::{Content, Deck, LOCAL_FOLDER};
use super::media::MOST_FILES;
use super::plan::{ConfigError, MAX_BYTES, PlanContext, PlannedTask};
use super::script::{FanOut, Materials, Order, Parameter, Pick, Script};
use crate::model::ScriptConfig;

/// The choices of one request, to be made task by task.
pub(super) struct Choices<'a> {
    lines: Vec<Lines<'a>>,
    deck: Option<(&'a Materials, Deck)>,
    random: SplitMix,
}

struct Lines<'a> {
    parameter: &'a Parameter,
    order: Order,
    lines: Vec<String>,
}

impl<'a> Choices<'a> {
    pub(super) fn new(
        script: &'a Script,
        config: &Map<String, Value>,
        roots: &Roots,
        context: &mut PlanContext<'_>,
    ) -> Result<Self, ConfigError> {
        let lines = script
            .parameters
            .iter()
            .filter_map(|parameter| {
                let order = match parameter.pick.as_ref()? {
                    Pick::Order(order) => *order,
                    Pick::Parameter(name) => match config.get(name).and_then(Value::as_str) {
                        Some("sequential") => Order::Sequential,
                        _ => Order::Random,
                    },
                };
                let text = config.get(&parameter.name)?.as_str()?;
                let lines: Vec<String> = text
                    .lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect();
                (!lines.is_empty()).then_some(Lines {
                    parameter,
                    order,
                    lines,
                })
            })
            .collect();
        let deck = match &script.materials {
            Some(materials) => {
                deck(materials, config, roots, context)?.map(|deck| (materials, deck))
            }
            None => None,
        };
        Ok(Self {
            lines,
            deck,
            random: SplitMix(context.seed),
        })
    }

    /// Makes the tasks, entry by entry, each for every target.
    pub(super) fn expand(
        mut self,
        base: Map<String, Value>,
        entries: Option<(&FanOut, Vec<String>)>,
        targets: usize,
    ) -> Result<Vec<PlannedTask>, ConfigError> {
        let (list, entries) = match entries {
            Some((fan_out, entries)) => {
                let entries = entries.into_iter().map(Some).collect();
                (fan_out.list.as_str(), entries)
            }
            None => ("", vec![None]),
        };
        let alike = self.lines.is_empty() && self.deck.is_none();
        let mut tasks = Vec::with_capacity(entries.len() * targets);
        let mut bytes = 0_usize;
        for entry in entries {
            let mut config = base.clone();
            if let Some(entry) = entry {
                config.insert(list.to_owned(), Value::from(vec![entry]));
            }
            let mut shared = None;
            for target in 0..targets {
                let config = match &shared {
                    Some(config) => ScriptConfig::clone(config),
                    None => {
                        self.choose(tasks.len(), &mut config);
                        ScriptConfig::new(&config)
                    }
                };
                bytes = bytes.saturating_add(config.as_str().len());
                if bytes > MAX_BYTES {
                    return Err(ConfigError {
                        field: "script_config".into(),
                        message: format!(
                            "is too large for so many tasks: over {} MiB together; \
                             ask for fewer at once",
                            MAX_BYTES >> 20
                        ),
                    });
                }
                if alike && shared.is_none() {
                    shared = Some(config.clone());
                }
                tasks.push(PlannedTask { target, config });
            }
        }
        Ok(tasks)
    }

    /// Makes the choices of the task with this place in the request's order.
    fn choose(&mut self, place: usize, config: &mut Map<String, Value>) {
        for Lines {
            parameter,
            order,
            lines,
        } in &self.lines
        {
            let at = match order {
                Order::Sequential => place % lines.len(),
                Order::Random => self.random.below(lines.len()),
            };
            if let Some(line) = lines.get(at) {
                config.insert(parameter.name.clone(), Value::from(line.as_str()));
            }
        }
        if let Some((materials, deck)) = &mut self.deck {
            config.insert(materials.list.clone(), deck.deal());
        }
    }
}

/// The folder to deal from, unless files are named.
fn deck(
    materials: &Materials,
    config: &Map<String, Value>,
    roots: &Roots,
    context: &mut PlanContext<'_>,
) -> Result<Option<Deck>, ConfigError> {
    let content = Content::from_value(config.get(&materials.content));
    let named = config
        .get(&materials.list)
        .and_then(Value::as_array)
        .filter(|files| !files.is_empty());
    if let Some(files) = named {
        if files.len() > MOST_FILES {
            return Err(ConfigError::new(
                &materials.list,
                format!(
                    "holds {} files; a post takes {MOST_FILES} at most",
                    files.len()
                ),
            ));
        }
        for file in files.iter().filter_map(Value::as_str) {
            content
                .accept(file)
                .map_err(|m| ConfigError::new(&materials.list, m))?;
        }
        return Ok(None);
    }
    let text = |name: &str| config.get(name).and_then(Value::as_str).unwrap_or_default();
    let given = text(&materials.folder);
    let local = text(&materials.source) == LOCAL_FOLDER;
    let (field, folder) = match (local, given) {
        (true, "") => {
            return Err(ConfigError::new(
                &materials.folder,
                format!("is missing: {} '{LOCAL_FOLDER}' needs it", materials.source),
            ));
        }
        (true, folder) => (&materials.folder, Path::new(folder)),
        (false, "") => (&materials.source, context.library),
        (false, _) => {
            return Err(ConfigError::new(
                &materials.folder,
                format!("is only for {} '{LOCAL_FOLDER}'", materials.source),
            ));
        }
    };
    let count = config
        .get(&materials.count)
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(1);
    Deck::new(folder, content, count, roots, &mut context.used_materials)
        .map(Some)
        .map_err(|message| ConfigError::new(field, message))
}

/// SplitMix64 (Steele, Lea and Flood, 2014): enough to pick a line, and the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, 0 if `n` is 0.
    fn below(&mut self, n: usize) -> usize {
        let n = n as u128;
        // The high half of the product: no modulo bias worth speaking of (Lemire, 2019).
        usize::try_from((u128::from(self.next()) * n) >> 64).unwrap_or_default()
    }
}
