//! A filter as it is kept in a recording: which list it is for, and its terms.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AccountRow, DeviceRow, Field, IncidentRow, Op, Query, TaskRow, Term, Test};

/// The columns of a list.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Columns {
    None,
    Devices,
    Tasks,
    Accounts,
    Incidents,
}

impl Columns {
    const ALL: [Self; 5] = [
        Self::None,
        Self::Devices,
        Self::Tasks,
        Self::Accounts,
        Self::Incidents,
    ];

    const fn fields(self) -> &'static [Field] {
        match self {
            Self::None => &[],
            Self::Devices => DeviceRow::FIELDS,
            Self::Tasks => TaskRow::FIELDS,
            Self::Accounts => AccountRow::FIELDS,
            Self::Incidents => IncidentRow::FIELDS,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    columns: Columns,
    terms: Vec<StoredTerm>,
}

#[derive(Serialize, Deserialize)]
struct StoredTerm {
    negated: bool,
    test: StoredTest,
}

#[derive(Serialize, Deserialize)]
enum StoredTest {
    Anywhere(String),
    Column(String, Op, String),
}

impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = Columns::ALL
            .into_iter()
            .find(|columns| columns.fields() == self.fields)
            .unwrap_or(Columns::None);
        let terms = self.terms.iter().map(|term| StoredTerm {
            negated: term.negated,
            test: match &term.test {
                Test::Anywhere(word) => StoredTest::Anywhere(word.clone()),
                Test::Column(field, op, value) => {
                    StoredTest::Column((*field).to_owned(), *op, value.clone())
                }
            },
        });
        let terms = terms.collect();
        Stored { columns, terms }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let fields = stored.columns.fields();
        let known = |name: &str| fields.iter().find(|field| field.name == name);
        let terms = stored.terms.into_iter().map(|term| {
            let test = match term.test {
                StoredTest::Anywhere(word) => Test::Anywhere(word),
                StoredTest::Column(name, op, value) => {
                    let field = known(&name)
                        .ok_or_else(|| D::Error::custom(format!("no list has a column {name}")))?;
                    Test::Column(field.name, op, value)
                }
            };
            Ok(Term {
                negated: term.negated,
                test,
            })
        });
        let terms = terms.collect::<Result<_, _>>()?;
        Ok(Self { fields, terms })
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, TaskRow};

    #[test]
    fn a_filter_comes_back_as_it_was() {
        let text = "state!=failed error~\"not found\" attempt>1 !post";
        let query = Query::parse(text, TaskRow::FIELDS).unwrap();
        let stored = serde_json::to_string(&query).unwrap();
        assert_eq!(serde_json::from_str::<Query>(&stored).unwrap(), query);
    }
}
