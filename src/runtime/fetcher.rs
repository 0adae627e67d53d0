//! The fetcher: one task that asks the server for pages. Each lane holds one order; a newer one takes its place, which cancels
//! the request of the older. It decides neither what to ask for nor whether to ask again.

use std::{sync::Arc, time::Duration};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, join_all, pending},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::source::Connection;
use crate::{
    api::Client,
    clock::{self, Clock, Stopwatch},
    config::Source,
    journal::Journal,
    model::{ApiError, ErrorKind, Lane, PageReply, PageRequest, Query},
    policy,
};

/// A connection that is opened when it is first needed, once for all.
type Opened = Shared<BoxFuture<'static, Result<Arc<Connection>, Arc<str>>>>;

/// The loop's hold on the task, which ends when this is dropped. Giving an order never waits.
pub struct Fetcher {
    /// One for each slot of [`Lane`].
    lanes: Vec<watch::Sender<Option<PageRequest>>>,
    connection: Opened,
    client: Arc<watch::Sender<Option<Client>>>,
    task: JoinHandle<()>,
}

/// Starts the task on the tokio runtime this is called in. Replies come through the bounded channel; while nobody takes them,
/// the lane they are for waits, and nothing else.
pub fn spawn(source: Source, clock: Clock, journal: Journal) -> (Fetcher, mpsc::Receiver<PageReply>) {
    let (replies, inbox) = mpsc::channel(policy::CHANNEL);
    let connection =
        async move { source.open(clock, journal).await.map(Arc::new).map_err(|error| error.to_string().into()) };
    let connection = connection.boxed().shared();
    let client = Arc::new(watch::Sender::new(None));
    let courier = Courier { connection: connection.clone(), client: client.clone(), clock, replies };
    let (lanes, walks): (Vec<_>, Vec<_>) = (0..Lane::SLOTS).map(|_| watch::channel(None)).unzip();
    let task = tokio::spawn(async move {
        join_all(walks.into_iter().map(|walk| courier.walk(walk))).await;
    });
    (Fetcher { lanes, connection, client, task }, inbox)
}

impl Fetcher {
    /// Orders a page, in place of what its lane is doing.
    pub fn order(&self, order: PageRequest) {
        self.lane(order.lane).send_replace(Some(order));
    }

    /// Stops what a lane is doing.
    pub fn cancel(&self, lane: Lane) {
        self.lane(lane).send_replace(None);
    }

    /// Stops what all lanes are doing.
    pub fn cancel_all(&self) {
        for lane in &self.lanes {
            lane.send_replace(None);
        }
    }

    /// Lets what is ordered next go by new connections: the machine has slept, and those that there are may be dead.
    pub fn reconnect(&self) {
        if let Some(Ok(connection)) = self.connection.peek() {
            self.client.send_replace(Some(connection.client.reconnected()));
        }
    }

    /// The address of a list's first page, once the connection is open.
    pub fn address(&self, query: &Query, page_size: u16) -> Option<String> {
        let connection = self.connection.peek()?.as_ref().ok()?;
        Some(connection.client.address(query, page_size))
    }

    fn lane(&self, lane: Lane) -> &watch::Sender<Option<PageRequest>> {
        &self.lanes[lane.slot()]
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Fetches the pages of all lanes.
struct Courier {
    /// Opened with the first order, once for all.
    connection: Opened,
    /// The one in use, where it is not the connection's first.
    client: Arc<watch::Sender<Option<Client>>>,
    clock: Clock,
    replies: mpsc::Sender<PageReply>,
}

impl Courier {
    /// Works for one lane until the loop is gone.
    async fn walk(&self, mut lane: watch::Receiver<Option<PageRequest>>) {
        loop {
            let order = lane.borrow_and_update().clone();
            let work = async {
                if let Some(order) = order {
                    self.fetch(order).await;
                }
                pending::<()>().await;
            };
            tokio::select! {
                changed = lane.changed() => if changed.is_err() { return },
                () = work => {}
            }
        }
    }

    fn client(&self, connection: &Connection) -> Client {
        self.client.borrow().as_ref().unwrap_or(&connection.client).clone()
    }

    /// After silence: what else this client has open leads to the same silence. Once, whichever lane comes first.
    fn abandon(&self, silent: &Client, connection: &Connection) {
        if self.client(connection).shares_connections(silent) {
            self.client.send_replace(Some(silent.on_try(1).reconnected()));
        }
    }

    async fn fetch(&self, order: PageRequest) {
        super::fault("fetcher");
        if let Some(Ok(connection)) = self.connection.peek() {
            connection.client.tell_retry(order.attempt, order.delay);
        }
        if !order.delay.is_zero() {
            clock::sleep(order.delay).await;
        }
        let (took, (result, date)) = match self.connection.clone().await {
            Ok(connection) => {
                let watch = Stopwatch::start();
                let client = self.client(&connection).on_try(order.attempt);
                let page = client.page_and_date(&order.query, &order.cursor, order.page_size);
                let late = || (Err(client.out_of_time()), None);
                let page = clock::within(order.patience, page).await.unwrap_or_else(late);
                if page.0.as_ref().is_err_and(|error| matches!(error.kind, ErrorKind::Timeout(_))) {
                    self.abandon(&client, &connection);
                }
                (watch.elapsed(), page)
            }
            Err(cause) => (Duration::ZERO, (Err(ApiError::new(ErrorKind::Offline).with_detail(&*cause)), None)),
        };
        // A clock that stands still is off on purpose.
        let date = date.filter(|_| !self.clock.is_fixed());
        let PageRequest { lane, generation, cursor, .. } = order;
        let reply = PageReply { lane, generation, cursor, at: self.clock.now(), date, took, result };
        // Nobody to take it: the loop has ended.
        let _ = self.replies.send(reply).await;
    }
}
