//! `test` and `[`.

use super::super::programs::Context;

/// 0 if the condition holds, 1 if not, 2 if it is none.
pub fn status(ctx: &Context, condition: &[&str]) -> u8 {
    match holds(ctx, condition) {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    }
}

fn holds(ctx: &Context, condition: &[&str]) -> Option<bool> {
    if let Some(at) = condition.iter().position(|word| *word == "-o") {
        let (left, right) = condition.split_at(at);
        return Some(holds(ctx, left)? || holds(ctx, right.get(1..)?)?);
    }
    if let Some(at) = condition
        .iter()
        .position(|word| *word == "-a")
        .filter(|at| *at > 0)
    {
        let (left, right) = condition.split_at(at);
        return Some(holds(ctx, left)? && holds(ctx, right.get(1..)?)?);
    }
    match condition {
        [] => Some(false),
        [text] => Some(!text.is_empty()),
        ["!", rest @ ..] => holds(ctx, rest).map(|held| !held),
        [operator, operand] => unary(ctx, operator, operand),
        [left, operator, right] => binary(left, operator, right),
        _ => None,
    }
}

fn unary(ctx: &Context, operator: &str, operand: &str) -> Option<bool> {
    let stat = || ctx.phone.stat_path(&ctx.resolve(operand)).ok();
    Some(match operator {
        "-n" => !operand.is_empty(),
        "-z" => operand.is_empty(),
        "-e" | "-r" => stat().is_some(),
        "-f" => stat().is_some_and(|stat| !stat.is_dir()),
        "-d" => stat().is_some_and(|stat| stat.is_dir()),
        "-s" => stat().is_some_and(|stat| stat.size > 0),
        "-x" => stat().is_some_and(|stat| stat.mode & 0o111 != 0),
        "-w" => stat().is_some_and(|stat| stat.mode & 0o222 != 0),
        _ => return None,
    })
}

fn binary(left: &str, operator: &str, right: &str) -> Option<bool> {
    let numbers = || {
        Some((
            left.trim().parse::<i64>().ok()?,
            right.trim().parse::<i64>().ok()?,
        ))
    };
    Some(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "-eq" => numbers().map(|(l, r)| l == r)?,
        "-ne" => numbers().map(|(l, r)| l != r)?,
        "-lt" => numbers().map(|(l, r)| l < r)?,
        "-le" => numbers().map(|(l, r)| l <= r)?,
        "-gt" => numbers().map(|(l, r)| l > r)?,
        "-ge" => numbers().map(|(l, r)| l >= r)?,
        _ => return None,
    })
}
