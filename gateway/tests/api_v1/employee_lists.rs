//! Lists of employees: by filter, by name, whole and in parts.

use polity_accounts::{ManagerRow, StaffRow, Staffing};
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::{MOMENT, entered};
use crate::staff::{Company, each};

const EMPLOYEES: &str = "/api/v1/employee";

both_engines! {
    fn found_by_name_account_status_and_type(kit) { finding(kit); }

    fn a_filtered_list_comes_whole_or_in_parts(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let mut interns = Vec::new();
        for number in 0..7 {
            company.hires(kit, (ada, &format!("Worker{number}")), json!({}));
            interns.push(company.hires(kit, (ada, &format!("Intern{number}")), json!({"type": "Intern"})));
        }
        let path = format!("{EMPLOYEES}?type=intern&status=active");
        assert_eq!(each(&ada.does(service, "GET", &path).json(), "id"), interns);
        assert_eq!(ada.does(service, "GET", EMPLOYEES).json().as_array().unwrap().len(), 14);
        assert_eq!(company.parts(ada, &format!("{path}&limit=3"), "id"), interns, "the link keeps the filter");
        for bad in ["limit=0", "limit=x", "limit=1001", "cursor=x"] {
            let answer = ada.ask(service, "GET", &format!("{EMPLOYEES}?{bad}"));
            assert_eq!((answer.code(), &answer.json()["status"]), (400, &json!(400)), "{bad}");
        }
    }

    fn whoever_is_gone_is_listed_when_asked_for_and_hired_again(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let body = json!({"name": "Cy Stone", "email": "cy.stone@acme.example"});
        let first = ada.sends(service, ("POST", EMPLOYEES), body.clone()).json();
        let at = format!("{EMPLOYEES}/{}", first["id"].as_str().unwrap());
        assert_eq!(ada.put(service, ("POST", EMPLOYEES), &body).code(), 409);
        ada.sends(service, ("PATCH", &at), json!({"status": "DELETED"}));
        assert_eq!(ada.does(service, "GET", EMPLOYEES).json(), json!([]));
        assert_eq!(each(&ada.does(service, "GET", &format!("{EMPLOYEES}?status=DELETED")).json(), "id"), [first["id"].as_str().unwrap()]);
        let again = ada.put(service, ("POST", EMPLOYEES), &body);
        assert_eq!((again.code(), &again.json()["id"], &again.json()["status"]["current"]), (201, &first["id"], &json!("ACTIVE")));
        assert_eq!(ada.does(service, "GET", EMPLOYEES).json().as_array().unwrap().len(), 1);
    }

    fn a_list_longer_than_a_page_arrives_whole(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let boss = company.hires(kit, (ada, "Boss"), json!({}));
        let access = entered(&service.polity, "acme");
        let address = |number: usize| format!("worker{number}@acme.example");
        for part in [0..700, 700..1_300] {
            let row = |number| StaffRow { email: address(number), name: Some(format!("Worker {number}")), ..StaffRow::default() };
            let line = |number| ManagerRow { employee: address(number), manager: "boss@acme.example".to_owned(), ..ManagerRow::default() };
            kit.pass(MOMENT);
            let staffing: &dyn Staffing = service.polity.accounts.as_ref();
            staffing.import_employees(&access, part.clone().map(row).collect(), None).unwrap();
            staffing.import_managers(&access, part.map(line).collect(), None).unwrap();
        }
        let all = ada.does(service, "GET", EMPLOYEES).json();
        assert_eq!(all.as_array().unwrap().len(), 1_301);
        assert_eq!(all[1_300]["managers"], json!([{"managerId": boss, "type": "PRIMARY"}]));
        let mut workers = each(&all, "id")[1..].to_vec();
        for path in [format!("{EMPLOYEES}/by-manager/{boss}?depth=all"), format!("{EMPLOYEES}?type=employee")] {
            let whole = ada.does(service, "GET", &path).json();
            assert!(each(&whole, "id").into_iter().filter(|id| *id != boss).eq(workers.iter().copied()), "{path}");
        }
        let named = ada.does(service, "GET", &format!("{EMPLOYEES}/by-name/WORKER")).json();
        let mut found = each(&named, "id");
        found.sort_unstable();
        workers.sort_unstable();
        assert_eq!(found, workers);
    }
}

fn finding(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let ann = company.hires(kit, (ada, "Ann Smith"), json!({"status": "INACTIVE"}));
    let joanne = company.hires(kit, (ada, "Joanne Smithers"), json!({"type": "BOT"}));
    let smith = company.hires(kit, (ada, "Smith"), json!({"account": company.bob.id(), "type": "Bot"}));
    let zoe = company.hires(kit, (ada, "Zoë Ångström"), json!({}));
    let ask = |path: &str| company.bob.does(service, "GET", &format!("{EMPLOYEES}{path}")).json();
    let by_name = |name: &str| {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        ask(&format!("/by-name/{}", encoded.replace('+', "%20")))
    };
    kit.pass(MOMENT);
    for (name, found) in [
        ("smith", vec![&smith, &ann, &joanne]),
        ("ANN SMITH", vec![&ann]),
        ("ann", vec![&ann, &joanne]),
        ("zoë ångström", vec![&zoe]),
        ("ZOË", vec![&zoe]),
        ("%", vec![]),
        ("_mith", vec![]),
        ("nobody", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        assert_eq!(each(&by_name(name), "id"), found, "{name}");
    }
    for (filter, found) in [
        ("", vec![&ann, &joanne, &smith, &zoe]),
        ("?status=ACTIVE", vec![&joanne, &smith, &zoe]),
        ("?status=inactive", vec![&ann]),
        ("?status=GONE", vec![]),
        ("?type=bot", vec![&joanne, &smith]),
        ("?type=EMPLOYEE&status=ACTIVE", vec![&zoe]),
        ("?type=nothing", vec![]),
        ("?unknown=1&type=BOT", vec![&joanne, &smith]),
    ] {
        assert_eq!(each(&ask(filter), "id"), found, "{filter}");
    }
    let of = |id: &str| company.bob.ask(service, "GET", &format!("{EMPLOYEES}/by-account/{id}"));
    assert_eq!(of(&company.bob.id().to_string()).json()["id"], *smith);
    for nobody in [company.ada.id().to_string(), company.eve.id().to_string(), smith, "x".to_owned()] {
        assert_eq!(of(&nobody).code(), 404, "{nobody}");
    }
}
