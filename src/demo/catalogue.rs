//! The numbers that the API knows: service types, and job types with the service each belongs to.
//! It must never know a job; the labels are the client's matter.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The values of `serviceType` and `jobType` that a query may name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Catalogue {
    service_types: Vec<ServiceType>,
    job_types: Vec<JobType>,
}

#[derive(Deserialize)]
struct ServiceType {
    value: u32,
}

#[derive(Deserialize)]
struct JobType {
    value: u32,
    service: u32,
}

impl Catalogue {
    /// The catalogue that is built in.
    pub(super) fn embedded() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../../assets/catalogue.json"))
    }

    pub(super) fn has_service(&self, value: u32) -> bool {
        self.service_types.iter().any(|service| service.value == value)
    }

    pub(super) fn has_job_type(&self, value: u32) -> bool {
        self.job_types.iter().any(|job_type| job_type.value == value)
    }

    /// The service of each job type.
    pub(super) fn services(&self) -> BTreeMap<u32, u32> {
        self.job_types.iter().map(|job_type| (job_type.value, job_type.service)).collect()
    }
}
