-- Reads for wrk: each request is a random line of a file of paths with a random line of a file of tokens.
-- Arguments: the file of paths, the file of tokens. A token that names itself, as `polity=...`, is sent as a cookie.

local function lines(path)
   local all = {}
   for line in io.lines(path) do all[#all + 1] = line end
   return all
end

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

function init(args)
   math.randomseed(number * 7919)
   local tokens = lines(args[2])
   requests = {}
   -- made beforehand, so that the client costs little; every path gets its token once
   for index, path in ipairs(lines(args[1])) do
      local token = tokens[index % #tokens + 1]
      local headers = { ["Authorization"] = "Bearer " .. token }
      if token:find("^polity=") then headers = { ["Cookie"] = token } end
      requests[index] = wrk.format("GET", path, headers)
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
