//! The one table of the API's enumerations and data centres, read from `assets/catalogue.json`.
//! It knows nothing of jobs; `model`, filters, configuration and documentation derive their names from it.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

/// Everything the table holds. Immutable; parsed once, when first asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Where the table comes from.
    pub source: String,
    /// The 19 services.
    pub service_types: Vec<ServiceRow>,
    /// The 48 job types.
    pub job_types: Vec<JobTypeRow>,
    /// The 8 statuses.
    pub statuses: Vec<StatusRow>,
    /// The 23 data centres.
    pub data_centers: Vec<DataCenterRow>,
    /// Token URL of each identity environment.
    pub identity_token_urls: HashMap<String, String>,
    /// The one permission that the API asks for.
    pub scope: String,
    /// By number: each job of a list is looked up here, and so few are found sooner so than by hashing.
    #[serde(skip)]
    job_type_rows: Vec<(i64, usize)>,
    #[serde(skip)]
    service_rows: Vec<(i64, usize)>,
}

/// One service.
#[derive(Debug, Deserialize)]
pub struct ServiceRow {
    /// The API's number.
    pub value: i64,
    /// The name in filters and on the command line.
    pub slug: String,
    /// The documented name.
    pub label: String,
    /// The name where room is short.
    pub short: String,
}

/// One job type.
#[derive(Debug, Deserialize)]
pub struct JobTypeRow {
    /// The API's number.
    pub value: i64,
    /// The number of the service it belongs to.
    pub service: i64,
    /// The name in filters and on the command line.
    pub slug: String,
    /// The documented name.
    pub label: String,
    /// The name where room is short.
    pub short: String,
    /// `backup`, `restore`, `export`, `index`, `retention` or `deletion`.
    pub kind: String,
}

/// One status.
#[derive(Debug, Deserialize)]
pub struct StatusRow {
    /// The API's number.
    pub value: i64,
    /// The name in filters and on the command line.
    pub slug: String,
    /// The documented name.
    pub label: String,
    /// The portal's word for it.
    pub word: String,
    /// That word where room is short.
    pub short: String,
}

/// One data centre.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataCenterRow {
    /// The name on the command line.
    pub code: String,
    /// The documented name.
    pub label: String,
    /// Where the API answers.
    pub base_url: String,
    /// Which identity environment gives tokens for it.
    pub identity: String,
}

/// The table.
pub fn catalogue() -> &'static Catalogue {
    static TABLE: LazyLock<Catalogue> = LazyLock::new(|| {
        let mut table: Catalogue = serde_json::from_str(include_str!("../assets/catalogue.json"))
            .expect("assets/catalogue.json is part of the program and a test reads it");
        table.job_type_rows = by_number(table.job_types.iter().map(|row| row.value));
        table.service_rows = by_number(table.service_types.iter().map(|row| row.value));
        table
    });
    &TABLE
}

fn by_number(values: impl Iterator<Item = i64>) -> Vec<(i64, usize)> {
    let mut rows: Vec<_> = values.enumerate().map(|(row, value)| (value, row)).collect();
    rows.sort_unstable();
    rows
}

fn place(rows: &[(i64, usize)], value: i64) -> Option<usize> {
    rows.binary_search_by_key(&value, |(value, _)| *value).ok().map(|at| rows[at].1)
}

impl Catalogue {
    /// The row of a job type's number.
    pub fn job_type(&self, value: i64) -> Option<&JobTypeRow> {
        self.job_types.get(place(&self.job_type_rows, value)?)
    }

    /// The row of a service's number.
    pub fn service(&self, value: i64) -> Option<&ServiceRow> {
        self.service_types.get(place(&self.service_rows, value)?)
    }

    /// The row of a status's number.
    pub fn status(&self, value: i64) -> Option<&StatusRow> {
        self.statuses.iter().find(|row| row.value == value)
    }

    /// The data centre of a code, in any case.
    pub fn data_center(&self, code: &str) -> Option<&DataCenterRow> {
        self.data_centers.iter().find(|row| row.code.eq_ignore_ascii_case(code))
    }

    /// The token URL of a data centre's identity environment.
    pub fn token_url(&self, data_center: &DataCenterRow) -> Option<&str> {
        self.identity_token_urls.get(&data_center.identity).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_consistent() {
        let table = catalogue();
        let sizes = (table.service_types.len(), table.job_types.len(), table.statuses.len(), table.data_centers.len());
        assert_eq!(sizes, (19, 48, 8, 23));
        for row in &table.job_types {
            assert!(table.service(row.service).is_some(), "{} has no service", row.slug);
        }
        for row in &table.data_centers {
            assert!(table.token_url(row).is_some(), "{} has no token URL", row.code);
        }
        let mut slugs: Vec<_> = table.job_types.iter().map(|row| &row.slug).collect();
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), 48);
    }
}
