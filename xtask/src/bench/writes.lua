-- Writes for wrk, each of something new.
-- Arguments: what ("organization" or "member"), the file of tokens, a word that is new for this run, then for "member"
-- the file of organizations and the file of accounts.

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
   local seed = number
   for index = 1, #args[3] do seed = (seed * 31 + string.byte(args[3], index)) % 1000003 end
   math.randomseed(seed)
   what, word, made = args[1], args[3], 0
   token = lines(args[2])[1]
   headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
   if what == "member" then
      organizations, accounts = lines(args[4]), lines(args[5])
   end
end

function request()
   if what == "member" then
      -- pairs are drawn from tens of millions, so hardly any comes twice
      local organization = organizations[math.random(#organizations)]
      local account = accounts[math.random(#accounts)]
      return wrk.format("PUT", "/directory/orgs/" .. organization .. "/members/" .. account, headers)
   end
   made = made + 1
   local name = string.format("%s %d %d", word, number, made)
   return wrk.format("POST", "/directory/orgs", headers, '{"name":"' .. name .. '"}')
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
