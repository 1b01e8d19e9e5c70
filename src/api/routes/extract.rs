//! What endpoints take: axum's extractors, with this API's rules and errors.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::json;
use crate::api::query::Query;
use crate::model::TaskId;

/// A request without parameters and body (`null` and `{}` count as none).
pub struct Bare;

impl<S: Send + Sync> FromRequest<S> for Bare {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        BareQuery::from_request(request, &()).await?.0.finish()?;
        Ok(Self)
    }
}

/// A request with parameters and without body.
pub struct BareQuery(pub Query);

impl<S: Send + Sync> FromRequest<S> for BareQuery {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let query = Query::parse(head.uri.query())?;
        match json::parse(&bytes(body).await?)? {
            None | Some(Value::Null) => Ok(Self(query)),
            Some(Value::Object(fields)) if fields.is_empty() => Ok(Self(query)),
            Some(_) => Err(ApiError::request(
                "no body is expected here; none, null and {} are accepted",
            )),
        }
    }
}

/// A request with a JSON body and without parameters. `null` counts as none.
pub struct JsonBody(pub Option<Value>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        Query::parse(head.uri.query())?.finish()?;
        let value = json::parse(&bytes(body).await?)?;
        Ok(Self(value.filter(|value| !value.is_null())))
    }
}

/// A request with parameters and a JSON body.
pub struct QueryAndBody(pub Query, pub Option<Value>);

impl<S: Send + Sync> FromRequest<S> for QueryAndBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let query = Query::parse(head.uri.query())?;
        let value = json::parse(&bytes(body).await?)?;
        Ok(Self(query, value.filter(|value| !value.is_null())))
    }
}

/// A request with parameters and a body that is no JSON.
pub struct QueryAndBytes(pub Query, pub Bytes);

impl<S: Send + Sync> FromRequest<S> for QueryAndBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let query = Query::parse(head.uri.query())?;
        Ok(Self(query, bytes(body).await?))
    }
}

/// The gate has read the body already: this only takes it over.
async fn bytes(body: Body) -> Result<Bytes, ApiError> {
    match body.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(ApiError::request(format!("the body broke off: {error}"))),
    }
}

/// The part of the path that names the resource, decoded.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => Err(undecodable()),
        }
    }
}

fn undecodable() -> ApiError {
    ApiError::request("the path is not UTF-8 once its %-escapes are decoded")
}

/// The task id in the path, and the name of something of it.
pub struct IdAndName(pub TaskId, pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdAndName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((id, name))) => Ok(Self(task_id(&id)?, name)),
            Err(_) => Err(undecodable()),
        }
    }
}

fn task_id(text: &str) -> Result<TaskId, ApiError> {
    let id = text.parse();
    id.map_err(|e: crate::model::InvalidId| ApiError::field("id", e.to_string()))
}

/// The task id in the path.
pub struct Id(pub TaskId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Name(text) = Name::from_request_parts(parts, state).await?;
        task_id(&text).map(Self)
    }
}
