// DigitalOcean's API v2 as values: calls to make, and what their answers say. Pure.
//
// The functions that read throw nlohmann::json::exception when an answer is not the one of their
// call; RestClient::Ask turns that into an error.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "providers/pages.h"
#include "providers/rest/rest_client.h"
#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct DropletRequest {
  std::string name;
  std::string region;
  std::string size;
  std::string image;                  // a slug, or the number of an image of one's own
  std::vector<std::string> ssh_keys;  // numbers or MD5 fingerprints
  std::string vpc;                    // empty: the region's default one
  std::string user_data;              // as it is; empty: none
  bool ipv6 = false;
  bool monitoring = false;
  std::vector<std::string> tags;
};

RestCall CreateDroplet(const DropletRequest& request);
RestCall GetDroplet(const std::string& id);
// One page of the Droplets with `tag`, or of all of them when it is empty. `page` counts from 1,
// empty is the first; at most 200 fit on one.
RestCall ListDroplets(const std::string& tag, const std::string& page, int per_page = 200);
RestCall DeleteDroplet(const std::string& id);
RestCall GetAction(const std::string& id);
RestCall GetAccount();
RestCall ListRegions(const std::string& page);
RestCall ListSizes(const std::string& page);

// Ids of Droplets and actions are numbers to the API.
bool IsDigitalOceanId(const std::string& text);

struct Droplet {
  std::string id;
  std::string status;  // "new", "active", "off", "archive"
  std::string region;
  std::string size;
  std::string public_address;   // empty: none yet
  std::string private_address;  // empty: none yet
  Time created_at;
  std::vector<std::string> tags;

  friend bool operator==(const Droplet&, const Droplet&) = default;
};

struct CreatedDroplet {
  Droplet droplet;
  std::string action;  // that makes it; empty: not said
};

struct DigitalOceanAccount {
  std::string status;  // "active", "warning", "locked"
  std::string status_message;
  std::int64_t droplet_limit = 0;
};

struct DigitalOceanRegion {
  std::string slug;
  bool is_available = false;
  std::vector<std::string> sizes;  // empty: not said
};

struct DigitalOceanSize {
  std::string slug;
  bool is_available = false;
  std::int64_t vcpu = 0;
  std::int64_t memory_mib = 0;
  Money price_per_hour;
  std::vector<std::string> regions;
  bool has_gpu = false;
};

// A page of a list. Entries that cannot be read are counted: nothing vanishes silently.
template <class T>
struct DigitalOceanPage {
  Page<T> page;
  std::int64_t total = 0;  // of all pages
  int unreadable = 0;
};

CreatedDroplet ReadCreatedDroplet(const nlohmann::json& answer);
Droplet ReadDroplet(const nlohmann::json& answer);
DigitalOceanPage<Droplet> ReadDroplets(const nlohmann::json& answer);
// "in-progress", "completed", "errored".
std::string ReadActionStatus(const nlohmann::json& answer);
DigitalOceanAccount ReadAccountAnswer(const nlohmann::json& answer);
DigitalOceanPage<DigitalOceanRegion> ReadRegions(const nlohmann::json& answer);
DigitalOceanPage<DigitalOceanSize> ReadSizes(const nlohmann::json& answer);

}  // namespace spillway
