//! What pages look like to everybody: on a desk and on a telephone, light and dark, read aloud.

use crate::browser::{Browser, Window};
use crate::service::Service;

/// Pages that need nobody signed in.
const OPEN: [&str; 5] = ["/", "/login", "/reset", "/signup/confirm", "/signup/joined"];

#[actix_web::test]
async fn pages_for_anybody_have_nothing_wrong_with_them() {
    let service = Service::start();
    let browser = Browser::open().await;
    for path in OPEN {
        browser.goto(&format!("{}{path}", service.origin)).await;
        for window in [Window::Large, Window::Narrow] {
            for scheme in ["light", "dark"] {
                browser.resize(window).await;
                browser.prefer(scheme).await;
                assert_eq!(browser.complaints().await, Vec::<String>::new(), "{path}, {window:?}, {scheme}");
            }
        }
    }
}
