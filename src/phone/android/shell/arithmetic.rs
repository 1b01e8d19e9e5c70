//! `$((...))`: whole numbers, as counters in loops need.

use std::collections::BTreeMap;

use brush_parser::arithmetic;
use brush_parser::ast::{ArithmeticExpr, ArithmeticTarget, BinaryOperator, UnaryOperator};

use super::Variable;

/// Why an expression has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    #[error("not an expression that the virtual phone supports")]
    Unsupported,
    #[error("divide by zero")]
    DivideByZero,
}

/// The value of an expression.
pub fn value(text: &str, variables: &BTreeMap<String, Variable>) -> Result<i64, ArithmeticError> {
    let parsed = arithmetic::parse(text.trim()).map_err(|_| ArithmeticError::Unsupported)?;
    evaluate(&parsed, variables)
}

fn evaluate(
    expression: &ArithmeticExpr,
    variables: &BTreeMap<String, Variable>,
) -> Result<i64, ArithmeticError> {
    match expression {
        ArithmeticExpr::Literal(number) => Ok(*number),
        ArithmeticExpr::Reference(ArithmeticTarget::Variable(name)) => {
            let value = variables
                .get(name)
                .map_or("0", |variable| variable.value.as_str());
            value
                .trim()
                .parse()
                .map_err(|_| ArithmeticError::Unsupported)
        }
        ArithmeticExpr::UnaryOp(operator, operand) => {
            let value = evaluate(operand, variables)?;
            match operator {
                UnaryOperator::UnaryMinus => Ok(value.wrapping_neg()),
                UnaryOperator::UnaryPlus => Ok(value),
                UnaryOperator::LogicalNot => Ok(i64::from(value == 0)),
                UnaryOperator::BitwiseNot => Ok(!value),
            }
        }
        ArithmeticExpr::BinaryOp(operator, left, right) => {
            let (left, right) = (evaluate(left, variables)?, evaluate(right, variables)?);
            binary(operator, left, right)
        }
        _ => Err(ArithmeticError::Unsupported),
    }
}

fn binary(operator: &BinaryOperator, left: i64, right: i64) -> Result<i64, ArithmeticError> {
    Ok(match operator {
        BinaryOperator::Add => left.wrapping_add(right),
        BinaryOperator::Subtract => left.wrapping_sub(right),
        BinaryOperator::Multiply => left.wrapping_mul(right),
        BinaryOperator::Divide => left
            .checked_div(right)
            .ok_or(ArithmeticError::DivideByZero)?,
        BinaryOperator::Modulo => left
            .checked_rem(right)
            .ok_or(ArithmeticError::DivideByZero)?,
        BinaryOperator::LessThan => i64::from(left < right),
        BinaryOperator::LessThanOrEqualTo => i64::from(left <= right),
        BinaryOperator::GreaterThan => i64::from(left > right),
        BinaryOperator::GreaterThanOrEqualTo => i64::from(left >= right),
        BinaryOperator::Equals => i64::from(left == right),
        BinaryOperator::NotEquals => i64::from(left != right),
        _ => return Err(ArithmeticError::Unsupported),
    })
}
