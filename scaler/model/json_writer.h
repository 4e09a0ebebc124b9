// Values with Members() as JSON, in one of several forms. Only sources of this folder need it.
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "scaler/model/json_members.h"
#include "scaler/model/names.h"

namespace spillway::json_writing {

template <class T>
constexpr bool kIsVector = false;
template <class T>
constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

using FactValue = decltype(Fact::value);

// `Form::Of` writes a Time and a Duration; the rest looks the same in every form.
template <class Form, class T>
nlohmann::json Written(const T& v) {
  using Json = nlohmann::json;
  if constexpr (std::is_enum_v<T>) {
    return std::string(Name(v));
  } else if constexpr (std::same_as<T, Time> || std::same_as<T, Duration>) {
    return Form::Of(v);
  } else if constexpr (std::same_as<T, Money>) {
    return v >= Money::Unlimited() ? Json() : Json(v.ToDouble());
  } else if constexpr (std::same_as<T, FactValue>) {
    return std::visit([](const auto& value) { return Json(value); }, v);
  } else if constexpr (kIsOptional<T>) {
    return v ? Written<Form>(*v) : Json();
  } else if constexpr (kIsVector<T>) {
    Json array = Json::array();
    for (const auto& element : v) array.push_back(Written<Form>(element));
    return array;
  } else if constexpr (std::is_class_v<T> && !std::same_as<T, std::string>) {
    Json object = Json::object();
    Members(v, [&object](const char* name, const auto& value, Since = Since::kEver) {
      object[name] = Written<Form>(value);
    });
    return object;
  } else {
    return Json(v);
  }
}

}  // namespace spillway::json_writing
