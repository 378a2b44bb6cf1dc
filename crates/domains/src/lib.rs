//! E-mail domains of organizations, their proof, and the connections by which their people sign in elsewhere.
