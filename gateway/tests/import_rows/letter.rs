//! Files read to the letter: what is said twice or cannot be told apart is told of, and takes no other row with it.

use polity_testkit::both_engines;

use crate::company::Company;

both_engines! {
    fn whom_a_row_is_about_no_other_is(kit) {
        let company = Company::found(kit);
        let twice = "\
email,name,employee_number,manager
ann@acme.example,Ann,1,
ANN@Acme.example,Anna,2,bea@acme.example
bea@acme.example,Bea,3,ann@acme.example
cy@acme.example,Cy,3,ann@acme.example
,Nobody,1,
";
        let report = company.imports("acme", twice);
        assert_eq!(report.failures, [
            "line 3: email: stands in line 2 already",
            "line 5: employee_number: stands in line 4 already",
            "line 6: employee_number: stands in line 2 already",
        ]);
        let stand = ["ann@acme.example Ann: ", "bea@acme.example Bea: PRIMARY ann@acme.example"];
        assert_eq!(company.staff("acme"), stand);
        let lines: Vec<String> = ["ann@acme.example\",\"name\":\"Ann", "ann@acme.example\",\"name\":\"Anna"]
            .iter()
            .map(|row| format!("{{\"email\":\"{row}\"}}"))
            .collect();
        assert_eq!(company.imports("globex", &lines.join("\n")).failures, ["line 2: email: stands in line 1 already"]);
        let groups = company.imports("acme", "group,name\nnorth,North\nnorth,South\n");
        assert_eq!(groups.failures, ["line 3: group: stands in line 2 already"]);
    }

    fn a_quote_left_open_takes_no_row_with_it(kit) {
        let company = Company::found(kit);
        let report = company.imports("acme", "\
email,name,bio
ann@acme.example,Ann,\"likes tea
bo@acme.example,Bo,likes coffee
cy@acme.example,Cy,5\" nails
di@acme.example,Di,\"Likes both\" of them
ed@acme.example,Ed,\"He said: \"\"Yes\"\",
and went\"
");
        assert_eq!(report.failures, [
            "line 2: a quote is opened and closed before the end of its cell",
            "line 4: a quote stands inside a cell that does not begin with one",
            "line 5: a quote is opened and closed before the end of its cell",
        ]);
        assert_eq!(company.staff("acme"), ["bo@acme.example Bo: ", "ed@acme.example Ed: "]);
        let report = company.imports("globex", "email,name,bio\nann@acme.example,Ann,\"likes tea\nbo@acme.example,Bo,\n");
        assert_eq!(report.failures, ["line 2: a quote is opened and never closed"]);
        assert_eq!(company.staff("globex"), ["bo@acme.example Bo: "]);
    }
}
