//! A browser: Chromium without a window, led through its driver by the protocols that W3C and Chrome have for it.
//!
//! The few commands that are needed are sent here: the client libraries there are change how the whole build writes JSON.

use std::process::Command;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::peer::{self, Peer};

/// What axe-core holds a page to: WCAG 2.2 up to AA, and what is good practice beside.
const RULES: &str =
    r#"{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }"#;

/// The name under which a driver tells an element , by W3C.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Window {
    /// As on a desk.
    Large,
    /// The narrowest that pages are made for.
    Narrow,
}

/// A browser with nothing in it; it ends with its program.
pub(crate) struct Browser {
    client: Client,
    session: String,
    _program: Peer,
}

impl Browser {
    /// Opens one.
    pub(crate) async fn open() -> Self {
        // the client asks for a provider, though it speaks plain HTTP to this machine
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut program = Command::new("chromedriver");
        program.arg("--port=0");
        let program = Peer::start(program, |line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let driver = format!("http://127.0.0.1:{}", program.told);
        // root may not have the sandbox; what is shown comes from servers of this machine alone
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-breakpad",
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        let begun = sent(&client, &format!("{driver}/session"), Some(&wanted)).await.unwrap();
        let id = begun.get("sessionId").and_then(Value::as_str).unwrap();
        Self { client, session: format!("{driver}/session/{id}"), _program: program }
    }

    /// Goes to an address.
    pub(crate) async fn goto(&self, url: &str) {
        self.tell("/url", &json!({"url": url})).await.unwrap();
    }

    /// The address of the page that is shown.
    pub(crate) async fn here(&self) -> String {
        text(&self.ask("/url").await.unwrap())
    }

    /// The page that is shown, as HTML.
    pub(crate) async fn source(&self) -> String {
        text(&self.ask("/source").await.unwrap())
    }

    /// What the first element that the selector means shows; absent where there is none (any more).
    pub(crate) async fn shown(&self, css: &str) -> Option<String> {
        let element = self.find(css).await?;
        self.ask(&format!("/element/{element}/text")).await.ok().map(|shown| text(&shown))
    }

    /// Presses the first element that the selector means, if it is there.
    pub(crate) async fn press(&self, css: &str) -> bool {
        let Some(element) = self.find(css).await else { return false };
        self.tell(&format!("/element/{element}/click"), &json!({})).await.is_ok()
    }

    /// Sends a command of Chrome itself.
    pub(crate) async fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.tell("/goog/cdp/execute", &json!({"cmd": command, "params": parameters})).await.unwrap()
    }

    /// Makes the window so large.
    pub(crate) async fn resize(&self, window: Window) {
        // a window of Chromium is not narrower than 500 pixels, what it shows may be
        let (width, height) = match window {
            Window::Large => (1280, 900),
            Window::Narrow => (320, 640),
        };
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &size).await;
    }

    /// Shows dark pages, or light ones, as somebody prefers them.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", &features).await;
    }

    /// What is wrong with the page that is shown, by axe-core; whether it is wider than its window; what the console complains of.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(peer::file("node_modules/axe-core/axe.min.js")).unwrap();
        self.run("/execute/sync", &axe).await;
        let script =
            format!("const done = arguments[0]; axe.run({RULES}).then((found) => done(found.violations));");
        let violations = self.run("/execute/async", &script).await;
        let mut complaints: Vec<String> = violations
            .as_array()
            .into_iter()
            .flatten()
            .map(|violation| {
                let said = |name: &str| violation.get(name).map(text).unwrap_or_default();
                let nodes = violation.get("nodes").map(ToString::to_string).unwrap_or_default();
                format!("{}: {} ({nodes})", said("id"), said("help"))
            })
            .collect();
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
        let overflow = self.run("/execute/sync", overflow).await.as_i64().unwrap();
        if overflow > 0 {
            complaints.push(format!("the page is {overflow} pixels wider than its window"));
        }
        complaints.extend(self.log().await);
        complaints
    }

    /// What the console has complained of since this was last asked.
    pub(crate) async fn log(&self) -> Vec<String> {
        let log = self.tell("/se/log", &json!({"type": "browser"})).await.unwrap();
        let entries = log.as_array().into_iter().flatten();
        let messages = entries.filter_map(|entry| entry.get("message")).map(text);
        // a browser asks every server for one, those of others too
        messages.filter(|message| !message.contains("/favicon.ico")).collect()
    }

    async fn run(&self, how: &str, script: &str) -> Value {
        self.tell(how, &json!({"script": script, "args": []})).await.unwrap()
    }

    async fn find(&self, css: &str) -> Option<String> {
        let wanted = json!({"using": "css selector", "value": css});
        let found = self.tell("/element", &wanted).await.ok()?;
        found.get(ELEMENT).map(text)
    }

    async fn ask(&self, path: &str) -> Result<Value, Value> {
        sent(&self.client, &format!("{}{path}", self.session), None).await
    }

    async fn tell(&self, path: &str, what: &Value) -> Result<Value, Value> {
        sent(&self.client, &format!("{}{path}", self.session), Some(what)).await
    }
}

/// What the driver answers, or what it says went wrong.
async fn sent(client: &Client, url: &str, what: Option<&Value>) -> Result<Value, Value> {
    let request = match what {
        Some(what) => client.post(url).json(what),
        None => client.get(url),
    };
    let answer = request.send().await.unwrap();
    let is_good = answer.status().is_success();
    let value: Value = answer.json().await.unwrap();
    let value = value.get("value").cloned().unwrap_or_default();
    if is_good { Ok(value) } else { Err(value) }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
