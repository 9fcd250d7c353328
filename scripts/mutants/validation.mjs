// Guards of `Extra`, the checks of a bulk change.

const VALIDATION = "src/endpoint/engine/validation.rs";
const PATTERN = "src/endpoint/engine/pattern/mod.rs";
const READER = "src/endpoint/engine/pattern/reader.rs";
const EXTRA = "src/endpoint/engine/relation/extra.rs";

export default [
  { name: "an empty property passes Required", file: VALIDATION, from: "return self.is_required.then_some(Rule::Blank)", to: "return None", tests: "endpoint_validation" },
  { name: "a value over Max passes", file: VALIDATION, from: "is(max, Ordering::Greater)", to: "is(max, Ordering::Less) && false", tests: "endpoint_validation" },
  { name: "a value under Min passes", file: VALIDATION, from: "is(min, Ordering::Less)", to: "is(min, Ordering::Less) && false", tests: "endpoint_validation" },
  { name: "a text is measured in bytes", file: VALIDATION, from: "text.chars().count()", to: "text.len()", tests: "endpoint_validation" },
  { name: "a value that Pattern does not match passes", file: VALIDATION, from: "!pattern.is_in(&text)", to: "!pattern.is_in(&text) && false", tests: "endpoint_validation" },
  { name: "two rows with one value pass Unique", file: VALIDATION, from: "self.is_unique && !seen.insert(text)", to: "false && !seen.insert(text)", tests: "endpoint_validation" },
  { name: "an empty property gets no default", file: VALIDATION, from: "row.insert(self.name.to_owned(), default.clone());", to: "let _ = default;", tests: "endpoint_validation" },
  { name: "a body of mistakes is answered whole", file: VALIDATION, from: "if mistakes.len() >= MOST_MISTAKES {", to: "if mistakes.len() >= 10 * MOST_MISTAKES {", tests: "endpoint_validation" },
  { name: "the rows are not checked", file: EXTRA, from: "check(items, collection, &validations)?;", to: "let _ = check(items, collection, &validations);", tests: "endpoint_validation" },
  { name: "FieldName of no record is ignored", file: EXTRA, from: 'return Err(unusable("FieldName", property.name, "it names no record"));', to: "continue;", tests: "endpoint_validation" },
  { name: "a pattern of any size is made", file: PATTERN, from: "if steps.len() > MOST_STEPS {", to: "if steps.len() > 1_000 * MOST_STEPS {", tests: "endpoint_pattern" },
  { name: "a repetition is repeated", file: READER, from: "|| self.counts().is_some() {", to: "|| (false && self.counts().is_some()) {", tests: "endpoint_pattern" },
];
