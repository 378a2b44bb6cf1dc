//! How long requests took.

/// How long requests took, in milliseconds, in order; one that failed counts as the longest.
pub(super) struct Latencies {
    sorted: Vec<f64>,
    /// Requests without a good answer.
    pub(super) failed: usize,
}

impl Latencies {
    pub(super) fn of(mut millis: Vec<f64>, failed: usize) -> Self {
        millis.sort_by(f64::total_cmp);
        Self { sorted: millis, failed }
    }

    /// So many of a hundred took at most this long.
    pub(super) fn percentile(&self, of_hundred: usize) -> f64 {
        let place = (self.sorted.len() * of_hundred).div_ceil(100).saturating_sub(1);
        self.sorted.get(place).copied().unwrap_or(0.0)
    }

    /// The longest.
    pub(super) fn longest(&self) -> f64 {
        self.percentile(100)
    }

    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let latencies = Latencies::of((1..=200).rev().map(f64::from).collect(), 0);
        assert_eq!((latencies.percentile(50), latencies.percentile(99)), (100.0, 198.0));
        assert_eq!((latencies.longest(), latencies.count()), (200.0, 200));
    }
}
