//! The task that fetches pages: one order at a time in each lane. It knows nothing of the list; a newer order takes the place
//! of the one under way, and to drop that one is to cancel its request.

use std::{future::Future, pin::Pin};

use tokio::sync::mpsc;

use crate::{
    api::Client,
    clock::{self, Clock, Stopwatch},
    model::{Lane, PageReply, PageRequest},
};

/// What the loop wants of the task.
#[derive(Debug)]
pub(super) enum Order {
    Fetch(PageRequest),
    Cancel(Lane),
}

impl Order {
    pub(super) fn lane(&self) -> Lane {
        match self {
            Self::Fetch(request) => request.lane,
            Self::Cancel(lane) => *lane,
        }
    }
}

type Fetch = Pin<Box<dyn Future<Output = PageReply> + Send>>;

/// Takes orders until the loop is gone.
pub(super) async fn run(
    client: Client,
    clock: Clock,
    mut orders: mpsc::Receiver<Order>,
    replies: mpsc::Sender<PageReply>,
) {
    let (mut view, mut refresh): (Option<Fetch>, Option<Fetch>) = (None, None);
    loop {
        let reply = tokio::select! {
            order = orders.recv() => {
                let Some(order) = order else { return };
                let lane = match order.lane() {
                    Lane::View => &mut view,
                    Lane::Refresh => &mut refresh,
                };
                *lane = match order {
                    Order::Fetch(request) => Some(Box::pin(fetch(client.clone(), clock, request))),
                    Order::Cancel(_) => None,
                };
                continue;
            }
            reply = finished(&mut view) => reply,
            reply = finished(&mut refresh) => reply,
        };
        if replies.send(reply).await.is_err() {
            return;
        }
    }
}

/// The lane's reply, which leaves it empty; an empty lane is never finished.
async fn finished(lane: &mut Option<Fetch>) -> PageReply {
    let reply = match lane {
        Some(fetch) => fetch.await,
        None => std::future::pending().await,
    };
    *lane = None;
    reply
}

async fn fetch(client: Client, clock: Clock, request: PageRequest) -> PageReply {
    if !request.delay.is_zero() {
        clock::sleep(request.delay).await;
    }
    let watch = Stopwatch::start();
    let result = client.page(&request.query, &request.cursor, request.page_size).await;
    PageReply {
        lane: request.lane,
        generation: request.generation,
        cursor: request.cursor,
        at: clock.now(),
        took: watch.elapsed(),
        result,
    }
}
