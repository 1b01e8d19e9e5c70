//! Requests byte by byte, for what no well-behaved client sends.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::common::SOON;

/// A connection without a client around it.
pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = timeout(SOON, TcpStream::connect(address)).await.unwrap();
        Self(stream.unwrap())
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let sent = timeout(SOON, self.0.write_all(bytes.as_ref())).await;
        sent.unwrap().unwrap();
    }

    /// Everything until the server closes. A reset counts as the end.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = timeout(SOON, self.0.read_to_end(&mut bytes)).await;
        // What came before a reset is what the client saw.
        let _ = read.expect("the server closes the connection");
        String::from_utf8(bytes).unwrap()
    }

    /// The head and the envelope of one answer; the connection stays open.
    pub async fn answer(&mut self) -> (String, Value) {
        let mut bytes = Vec::new();
        let head = loop {
            let byte = timeout(SOON, self.0.read_u8()).await;
            bytes.push(byte.unwrap().unwrap());
            if bytes.ends_with(b"\r\n\r\n") {
                break String::from_utf8(bytes).unwrap().to_lowercase();
            }
        };
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        let read = timeout(SOON, self.0.read_exact(&mut body)).await;
        read.unwrap().unwrap();
        (head, serde_json::from_slice(&body).unwrap())
    }
}

/// One request and its answer on a connection of its own.
pub async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> (String, Value) {
    let mut raw = Raw::connect(address).await;
    raw.send(request).await;
    raw.answer().await
}
