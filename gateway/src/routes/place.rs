//! One line of a route table: a path and the methods it takes.

use actix_web::guard;
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpRequest, Resource, Responder, Route, web};

use super::{Family, Template, wrong_method};

/// A path and the methods it takes; every other method is answered 405 with `Allow`.
pub struct Place {
    path: &'static str,
    methods: Vec<Method>,
    routes: Vec<Route>,
}

/// Begins a line of a route table. The path is written in full, as clients see it.
pub fn at(path: &'static str) -> Place {
    Place { path, methods: Vec::new(), routes: Vec::new() }
}

impl Place {
    /// Answers GET, and HEAD without the body (RFC 9110 §9.3.2).
    #[must_use]
    pub fn get<H, A>(self, handler: H) -> Self
    where
        H: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        let route = web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler);
        self.with(Method::GET, route)
    }

    /// Answers POST.
    #[must_use]
    pub fn post<H, A>(self, handler: H) -> Self
    where
        H: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.with(Method::POST, web::post().to(handler))
    }

    /// Answers PUT.
    #[must_use]
    pub fn put<H, A>(self, handler: H) -> Self
    where
        H: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.with(Method::PUT, web::put().to(handler))
    }

    /// Answers PATCH.
    #[must_use]
    pub fn patch<H, A>(self, handler: H) -> Self
    where
        H: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.with(Method::PATCH, web::patch().to(handler))
    }

    /// Answers DELETE.
    #[must_use]
    pub fn delete<H, A>(self, handler: H) -> Self
    where
        H: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.with(Method::DELETE, web::delete().to(handler))
    }

    /// The path, as clients see it.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The methods, HEAD left out.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    fn with(mut self, method: Method, route: Route) -> Self {
        self.methods.push(method);
        self.routes.push(route);
        self
    }

    /// The place as actix has it, inside a scope of this prefix.
    pub(super) fn resource(self, prefix: &str, family: Family) -> Resource {
        let allow = self.allow();
        let inside = self.path.strip_prefix(prefix).unwrap_or(self.path);
        // a family that does not care takes the path with a slash behind it too
        let paths = if family.slashed {
            vec![inside.to_owned(), format!("{inside}/")]
        } else {
            vec![inside.to_owned()]
        };
        let resource = self.routes.into_iter().fold(web::resource(paths), Resource::route);
        resource.app_data(family).app_data(Template(self.path)).default_service(web::to(
            move |request: HttpRequest| {
                let answer = wrong_method(&request, &allow);
                async { answer }
            },
        ))
    }

    /// The value of `Allow` (RFC 9110 §10.2.1).
    fn allow(&self) -> String {
        let mut names: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        if self.methods.contains(&Method::GET) {
            names.push("HEAD");
        }
        names.join(", ")
    }
}
