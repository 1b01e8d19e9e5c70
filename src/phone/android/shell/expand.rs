//! From words as written to arguments: variables, substitutions, splitting, patterns.

use brush_parser::ast::Word;
use brush_parser::word::{
    Parameter, ParameterExpr, ParameterTestType, SpecialParameter, TildeExpr, WordPiece,
    WordPieceWithSource,
};

use super::{Leave, Shell, arithmetic, glob, options};

/// Fields that grow piece by piece.
#[derive(Default)]
struct Fields {
    done: Vec<Field>,
    /// The field being built; absent between fields.
    open: Option<Field>,
}

/// One argument, and the same as a pattern in which quoted characters mean themselves.
#[derive(Default)]
struct Field {
    text: String,
    pattern: String,
}

impl Fields {
    fn quoted(&mut self, text: &str) {
        let field = self.open.get_or_insert_default();
        field.text.push_str(text);
        glob::escape(text, &mut field.pattern);
    }

    fn literal(&mut self, text: &str) {
        let field = self.open.get_or_insert_default();
        field.text.push_str(text);
        field.pattern.push_str(text);
    }

    /// What a substitution without quotes gives: white space separates fields.
    fn split(&mut self, text: &str) {
        for (index, part) in text.split([' ', '\t', '\n']).enumerate() {
            if index > 0 {
                self.end_field();
            }
            if !part.is_empty() {
                self.literal(part);
            }
        }
    }

    fn end_field(&mut self) {
        self.done.extend(self.open.take());
    }

    fn finish(mut self) -> Vec<Field> {
        self.end_field();
        self.done
    }
}

/// How the text of a substitution is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Double,
}

impl Shell {
    /// The arguments that words make.
    pub(super) async fn fields(&mut self, words: &[&Word]) -> Result<Vec<String>, Leave> {
        let mut arguments = Vec::with_capacity(words.len());
        for word in words {
            for field in self.expand(&word.value).await?.finish() {
                let found = glob::matches(&self.ctx.phone, &self.ctx.cwd, &field.pattern);
                if found.is_empty() {
                    arguments.push(field.text)
                } else {
                    arguments.extend(found)
                }
            }
        }
        Ok(arguments)
    }

    /// The text that a word makes, unsplit, as in an assignment.
    pub(super) async fn text(&mut self, word: &str) -> Result<String, Leave> {
        let fields = self.expand(word).await?.finish();
        Ok(join(fields.iter().map(|f| f.text.as_str())))
    }

    /// The pattern that a word makes, as in `case`.
    pub(super) async fn pattern(&mut self, word: &str) -> Result<String, Leave> {
        let fields = self.expand(word).await?.finish();
        Ok(join(fields.iter().map(|f| f.pattern.as_str())))
    }

    /// The text of a here-document, in which quotes mean themselves.
    pub(super) async fn heredoc(&mut self, text: &str) -> Result<String, Leave> {
        let pieces = match brush_parser::word::parse_heredoc(text, &options()) {
            Ok(pieces) => pieces,
            Err(error) => return Err(self.fail(&format!("syntax error: {error}")).await),
        };
        let mut fields = Fields::default();
        for piece in pieces {
            Box::pin(self.piece(piece.piece, Quotes::Double, &mut fields)).await?;
        }
        Ok(join(
            fields.finish().iter().map(|field| field.text.as_str()),
        ))
    }

    async fn expand(&mut self, word: &str) -> Result<Fields, Leave> {
        let pieces = match brush_parser::word::parse(word, &options()) {
            Ok(pieces) => pieces,
            Err(error) => return Err(self.fail(&format!("syntax error: {error}")).await),
        };
        let mut fields = Fields::default();
        for piece in pieces {
            Box::pin(self.piece(piece.piece, Quotes::None, &mut fields)).await?;
        }
        Ok(fields)
    }

    async fn piece(
        &mut self,
        piece: WordPiece,
        quotes: Quotes,
        fields: &mut Fields,
    ) -> Result<(), Leave> {
        match piece {
            WordPiece::Text(text) if quotes == Quotes::None => fields.literal(&text),
            WordPiece::Text(text) | WordPiece::SingleQuotedText(text) => fields.quoted(&text),
            WordPiece::AnsiCQuotedText(text) => fields.quoted(&unescape(&text)),
            WordPiece::DoubleQuotedSequence(pieces)
            | WordPiece::GettextDoubleQuotedSequence(pieces) => {
                self.double_quoted(pieces, fields).await?;
            }
            WordPiece::EscapeSequence(text) => {
                let plain = text.strip_prefix('\\').unwrap_or(&text);
                if plain != "\n" {
                    fields.quoted(plain);
                }
            }
            WordPiece::TildeExpansion(TildeExpr::Home) => fields.quoted("/"),
            WordPiece::TildeExpansion(_) => {
                return Err(self.fail("only ~ itself is supported").await);
            }
            WordPiece::ParameterExpansion(ParameterExpr::Parameter {
                parameter:
                    Parameter::Special(SpecialParameter::AllPositionalParameters { concatenate: false }),
                ..
            }) => {
                for (index, argument) in self.arguments.clone().iter().enumerate() {
                    if index > 0 {
                        fields.end_field();
                    }
                    fields.quoted(argument);
                }
            }
            WordPiece::ParameterExpansion(expression) => {
                let value = self.parameter(expression).await?;
                put(fields, quotes, &value);
            }
            WordPiece::CommandSubstitution(script)
            | WordPiece::BackquotedCommandSubstitution(script) => {
                let output = self.substitute(&script).await?;
                put(fields, quotes, &output);
            }
            WordPiece::ArithmeticExpression(expression) => {
                let text = Box::pin(self.text(&expression.value)).await?;
                match arithmetic::value(&text, &self.variables) {
                    Ok(number) => put(fields, quotes, &number.to_string()),
                    Err(error) => return Err(self.fail(&format!("{text}: {error}")).await),
                }
            }
        }
        Ok(())
    }

    async fn double_quoted(
        &mut self,
        pieces: Vec<WordPieceWithSource>,
        fields: &mut Fields,
    ) -> Result<(), Leave> {
        // "$@" without arguments is no field at all, anything else in quotes is one.
        let only_arguments = matches!(
            pieces.as_slice(),
            [WordPieceWithSource {
                piece: WordPiece::ParameterExpansion(ParameterExpr::Parameter {
                    parameter: Parameter::Special(SpecialParameter::AllPositionalParameters {
                        concatenate: false
                    }),
                    ..
                }),
                ..
            }]
        );
        if !only_arguments {
            fields.quoted("");
        }
        for piece in pieces {
            Box::pin(self.piece(piece.piece, Quotes::Double, fields)).await?;
        }
        Ok(())
    }

    async fn parameter(&mut self, expression: ParameterExpr) -> Result<String, Leave> {
        use ParameterExpr as E;
        match expression {
            E::Parameter {
                parameter,
                indirect: false,
            } => Ok(self.value(&parameter).unwrap_or_default()),
            E::ParameterLength {
                parameter,
                indirect: false,
            } => Ok(self
                .value(&parameter)
                .unwrap_or_default()
                .chars()
                .count()
                .to_string()),
            E::UseDefaultValues {
                parameter,
                indirect: false,
                test_type,
                default_value,
            } => match self.tested(&parameter, &test_type) {
                Some(value) => Ok(value),
                None => Box::pin(self.text(&default_value.unwrap_or_default())).await,
            },
            E::UseAlternativeValue {
                parameter,
                indirect: false,
                test_type,
                alternative_value,
            } => match self.tested(&parameter, &test_type) {
                Some(_) => Box::pin(self.text(&alternative_value.unwrap_or_default())).await,
                None => Ok(String::new()),
            },
            E::RemoveSmallestSuffixPattern {
                parameter,
                indirect: false,
                pattern,
            } => {
                let value = self.value(&parameter).unwrap_or_default();
                let pattern = Box::pin(self.pattern(&pattern.unwrap_or_default())).await?;
                Ok(glob::without_suffix(&value, &pattern).to_owned())
            }
            E::RemoveLargestPrefixPattern {
                parameter,
                indirect: false,
                pattern,
            } => {
                let value = self.value(&parameter).unwrap_or_default();
                let pattern = Box::pin(self.pattern(&pattern.unwrap_or_default())).await?;
                Ok(glob::without_longest_prefix(&value, &pattern).to_owned())
            }
            _ => Err(self
                .fail("this ${...} is not supported by the virtual phone")
                .await),
        }
    }

    fn tested(&self, parameter: &Parameter, test: &ParameterTestType) -> Option<String> {
        let value = self.value(parameter)?;
        (!value.is_empty() || matches!(test, ParameterTestType::Unset)).then_some(value)
    }

    fn value(&self, parameter: &Parameter) -> Option<String> {
        match parameter {
            Parameter::Named(name) => self.variables.get(name).map(|v| v.value.clone()),
            Parameter::Positional(0) => Some(self.name.clone()),
            Parameter::Positional(n) => self.arguments.get((*n as usize).checked_sub(1)?).cloned(),
            Parameter::Special(special) => match special {
                SpecialParameter::AllPositionalParameters { .. } => Some(self.arguments.join(" ")),
                SpecialParameter::PositionalParameterCount => {
                    Some(self.arguments.len().to_string())
                }
                SpecialParameter::LastExitStatus => Some(self.status.to_string()),
                SpecialParameter::CurrentOptionFlags => Some(String::new()),
                SpecialParameter::ProcessId => Some(self.shell_pid.to_string()),
                SpecialParameter::LastBackgroundProcessId => {
                    self.last_job.map(|pid| pid.to_string())
                }
                SpecialParameter::ShellName => Some(self.name.clone()),
            },
            Parameter::NamedWithIndex { .. } | Parameter::NamedWithAllIndices { .. } => None,
        }
    }
}

fn put(fields: &mut Fields, quotes: Quotes, text: &str) {
    match quotes {
        Quotes::None => fields.split(text),
        Quotes::Double => fields.quoted(text),
    }
}

fn join<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join(" ")
}

/// The escapes of `$'...'`, `printf` and `echo -e`, as far as anybody uses them.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('0') => plain.push('\0'),
            Some(c @ ('\\' | '\'' | '"')) => plain.push(c),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}
