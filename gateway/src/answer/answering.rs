//! What every family's failure is on its way to an answer; how it reads is the family's own `render`.

/// Makes a newtype over an error an answer, by the `render` beside it.
macro_rules! answering {
    ($fault:ident) => {
        impl From<polity_kernel::Error> for $fault {
            fn from(error: polity_kernel::Error) -> Self {
                Self(error)
            }
        }

        impl actix_web::ResponseError for $fault {
            fn status_code(&self) -> actix_web::http::StatusCode {
                crate::gate::status::of(self.0.code())
            }

            fn error_response(&self) -> actix_web::HttpResponse {
                render(&self.0)
            }
        }

        impl std::fmt::Display for $fault {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $fault {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}
