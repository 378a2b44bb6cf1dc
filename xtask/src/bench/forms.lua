-- Forms for wrk: the first step of signing in, for one address after another.
-- Arguments: the file of addresses, the cookie of the browser, the token of its form.

function init(args)
   local headers = { ["Cookie"] = args[2], ["Content-Type"] = "application/x-www-form-urlencoded" }
   headers["Sec-Fetch-Site"] = "same-origin"
   requests = {}
   for email in io.lines(args[1]) do
      local body = "form_token=" .. args[3] .. "&email=" .. email:gsub("@", "%%40")
      requests[#requests + 1] = wrk.format("POST", "/login", headers, body)
   end
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
