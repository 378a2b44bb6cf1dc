//! A browser: Chromium without a window, led through its driver.

use std::mem::ManuallyDrop;
use std::process::Command;

use serde_json::Value;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::prelude::*;
use thirtyfour::{LoggingPrefsLogLevel, WebDriver};

use crate::peer::{self, Peer};

/// What axe-core holds a page to: WCAG 2.2 up to AA, and what is good practice beside.
const RULES: &str =
    r#"{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }"#;

/// A window, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Window {
    /// As on a desk.
    Large,
    /// The narrowest that pages are made for.
    Narrow,
}

/// A browser with nothing in it.
pub(crate) struct Browser {
    // never closed in good order, which is waited for: it ends with its program
    pub(crate) driver: ManuallyDrop<WebDriver>,
    _program: Peer,
}

impl Browser {
    /// Opens one.
    pub(crate) async fn open() -> Self {
        // the client that leads the driver asks for a provider, though it speaks plain HTTP to this machine
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut program = Command::new("chromedriver");
        program.arg("--port=0");
        let program = Peer::start(program, |line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let mut wanted = DesiredCapabilities::chrome();
        // root may not have the sandbox; what is shown comes from the service under test alone
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-breakpad",
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", program.told), wanted).await.unwrap();
        Self { driver: ManuallyDrop::new(driver), _program: program }
    }

    /// Makes the window so large.
    pub(crate) async fn resize(&self, window: Window) {
        // a window of Chromium is not narrower than 500 pixels, what it shows may be
        let (width, height) = match window {
            Window::Large => (1280, 900),
            Window::Narrow => (320, 640),
        };
        let size =
            serde_json::json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    }

    /// Shows dark pages to whoever has asked for them, or light ones.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
    }

    /// What is wrong with the page that is shown, by axe-core; whether it is wider than its window; what the console complains of.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(peer::file("node_modules/axe-core/axe.min.js")).unwrap();
        self.driver.execute(axe, Vec::new()).await.unwrap();
        let script =
            format!("const done = arguments[0]; axe.run({RULES}).then((found) => done(found.violations));");
        let violations = self.driver.execute_async(script, Vec::new()).await.unwrap();
        let violations: Vec<Value> = violations.convert().unwrap();
        let mut complaints: Vec<String> = violations
            .iter()
            .map(|violation| {
                let nodes = violation["nodes"].as_array().into_iter().flatten();
                let nodes: Vec<String> = nodes.map(|node| node["html"].to_string()).collect();
                format!("{}: {} ({})", violation["id"], violation["help"], nodes.join(", "))
            })
            .collect();
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
        let overflow: i64 = self.driver.execute(overflow, Vec::new()).await.unwrap().convert().unwrap();
        if overflow > 0 {
            complaints.push(format!("the page is {overflow} pixels wider than its window"));
        }
        complaints.extend(self.driver.browser_log().await.unwrap().into_iter().map(|entry| entry.message));
        complaints
    }
}
