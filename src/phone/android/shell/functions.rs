//! Functions: defined, called, left; and variables that are theirs alone.

use std::sync::Arc;

use brush_parser::ast::FunctionDefinition;

use super::{Boxed, Io, Leave, Shell, Variable};

/// How deep functions may call functions, so that one that calls itself ends with an error.
const DEEPEST: usize = 16;

/// What a running function has to put back: variables as they were before `local`.
pub(super) type Locals = Vec<(String, Option<Variable>)>;

impl Shell {
    pub(super) fn define(&mut self, function: &FunctionDefinition) {
        self.functions
            .insert(function.fname.value.clone(), Arc::new(function.clone()));
        self.status = 0;
    }

    /// Calls the function of a name with what follows it as its arguments.
    pub(super) fn call<'a>(
        &'a mut self,
        function: Arc<FunctionDefinition>,
        argv: &'a [String],
        io: Io,
    ) -> Boxed<'a, Result<(), Leave>> {
        Box::pin(async move {
            if self.calls.len() == DEEPEST {
                return Err(self.fail("functions call each other too deep").await);
            }
            let arguments = argv.get(1..).unwrap_or_default().to_vec();
            let outer_arguments = std::mem::replace(&mut self.arguments, arguments);
            let outer_io = std::mem::replace(&mut self.ctx.io, io);
            self.calls.push(Locals::new());
            self.status = 0;
            let body = &function.body;
            let left = self.redirected(&body.0, body.1.as_ref()).await;
            for (name, before) in self.calls.pop().into_iter().flatten().rev() {
                self.put_back(name, before);
            }
            self.ctx.io = outer_io;
            self.arguments = outer_arguments;
            match left {
                Err(Leave::Return) => Ok(()),
                left => left,
            }
        })
    }

    /// `local NAME[=VALUE]...`; `false` outside of a function.
    pub(super) fn local(&mut self, arguments: &[&str]) -> bool {
        for argument in arguments {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            let before = self.variables.get(name).cloned();
            let Some(locals) = self.calls.last_mut() else {
                return false;
            };
            locals.push((name.to_owned(), before));
            self.set_variable(name, value.to_owned());
        }
        !self.calls.is_empty()
    }

    /// Makes a variable what it was.
    pub(super) fn put_back(&mut self, name: String, before: Option<Variable>) {
        match before {
            Some(variable) => self.variables.insert(name, variable),
            None => self.variables.remove(&name),
        };
    }
}
