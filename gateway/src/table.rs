//! The lines of a family's table of routes: a path, its methods, and what each asks of a credential that is limited to some permissions.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpRequest, Responder, Route, guard, web};
use polity_identity::Scope;
use polity_kernel::Permission;

/// The table of routes of a family. Where two places match a path, the first one serves it.
#[derive(Clone, Copy)]
pub enum Routes {
    /// Each route names its scope, or says why it has none.
    Scoped(fn() -> Vec<ScopedPlace>),
    /// No route has a scope, because of this.
    Scopeless(&'static str, fn() -> Vec<Place>),
}

/// A path and the methods it takes; every other method is answered 405 with `Allow`.
pub struct Place {
    pub(crate) path: &'static str,
    pub(crate) lines: Vec<Line>,
}

/// A place whose methods each say what they ask of a credential.
pub struct ScopedPlace(Place);

/// One method of a place.
pub struct Line {
    pub(crate) method: Method,
    pub(crate) route: Route,
    pub(crate) asks: Asks,
}

/// What a route asks of a credential that is limited to some permissions, before its handler is given anything.
#[derive(Clone, Debug)]
pub enum Asks {
    /// This permission, which the scope stands for.
    Scope(Scope, Permission),
    /// Nothing, because of this.
    Nothing(&'static str),
}

/// What the methods of a place ask.
#[derive(Clone)]
pub(crate) struct Asked(Vec<(Method, Asks)>);

/// Begins a line of a table without scopes. The path is written in full, as clients see it.
pub fn at(path: &'static str) -> Place {
    Place { path, lines: Vec::new() }
}

/// Begins a line of a table with scopes. The path is written in full, as clients see it.
pub fn scoped_at(path: &'static str) -> ScopedPlace {
    ScopedPlace(at(path))
}

/// The scope of a route, and which of its permissions the route needs.
pub fn scope(scope: Scope, permission: Permission) -> Asks {
    Asks::Scope(scope, permission)
}

/// No scope, because of this.
pub fn no_scope_because(reason: &'static str) -> Asks {
    Asks::Nothing(reason)
}

impl Routes {
    /// A table whose routes have no scope, because of this.
    pub const fn no_scope_because(reason: &'static str, places: fn() -> Vec<Place>) -> Self {
        Self::Scopeless(reason, places)
    }

    /// The places of the table.
    pub fn places(self) -> Vec<Place> {
        match self {
            Self::Scoped(places) => places().into_iter().map(|place| place.0).collect(),
            Self::Scopeless(reason, places) => {
                places().into_iter().map(|place| place.asking_nothing(reason)).collect()
            }
        }
    }
}

impl Place {
    /// The path, as clients see it.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The methods, HEAD left out.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.lines.iter().map(|line| &line.method)
    }

    /// The methods, HEAD left out, with what each asks.
    pub fn asks(&self) -> impl Iterator<Item = (&Method, &Asks)> {
        self.lines.iter().map(|line| (&line.method, &line.asks))
    }

    /// The same for requests to carry.
    pub(crate) fn asked(&self) -> Asked {
        Asked(self.asks().map(|(method, asks)| (method.clone(), asks.clone())).collect())
    }

    fn with(mut self, method: Method, route: Route, asks: Asks) -> Self {
        self.lines.push(Line { method, route, asks });
        self
    }

    fn asking_nothing(mut self, reason: &'static str) -> Self {
        self.lines.iter_mut().for_each(|line| line.asks = Asks::Nothing(reason));
        self
    }
}

impl Asks {
    /// What the route of this request asks; absent where there is no route.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Self> {
        let wanted = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let Asked(all) = request.app_data()?;
        all.iter().find(|(method, _)| method == wanted).map(|(_, asks)| asks)
    }
}

/// The methods of a place, without scopes and with them.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident $route:expr;)+) => {
        impl Place {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name<H, A>(self, handler: H) -> Self
            where
                H: Handler<A, Output: Responder + 'static>,
                A: FromRequest + 'static,
            {
                self.with(Method::$method, $route.to(handler), Asks::Nothing(""))
            }
        )+}

        impl ScopedPlace {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name<H, A>(self, asks: Asks, handler: H) -> Self
            where
                H: Handler<A, Output: Responder + 'static>,
                A: FromRequest + 'static,
            {
                Self(self.0.with(Method::$method, $route.to(handler), asks))
            }
        )+}
    };
}

methods! {
    /// Answers GET, and HEAD without the body (RFC 9110 §9.3.2).
    get GET web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    /// Answers POST.
    post POST web::post();
    /// Answers PUT.
    put PUT web::put();
    /// Answers PATCH.
    patch PATCH web::patch();
    /// Answers DELETE.
    delete DELETE web::delete();
}
