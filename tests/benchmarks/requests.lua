-- wrk's side: sends the requests of a file, separated by form feeds, in turn; where one says
-- ##########, a number that no other request has. Prints what came of it as JSON.

local requests, place, number = {}, 0, 0

function init(arguments)
  local file = io.open(arguments[1], "rb")
  for each in file:read("*a"):gmatch("[^\f]+") do requests[#requests + 1] = each end
  file:close()
  number = tonumber(arguments[2])
end

function request()
  place = place % #requests + 1
  number = number + 1
  return (requests[place]:gsub("##########", string.format("%010d", number)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
