"""Questions that hardly any documentation answers more than one or two of.

Of many fields, half of them neighbours of software that has a documentation site, and in the
forms that readers write in: a question, a heading, a sentence, the line of a change.
"""

BACKGROUND = tuple(
    line
    for line in """
How do I take a base backup of a PostgreSQL replica without stopping writes?
Set the isolation level of a transaction to serializable
Why does my MySQL index not get used when the column is cast to a string?
Vacuum removes rows that no running transaction can see any longer.
allow a materialized view to be refreshed concurrently on partitioned tables
Evict the least recently used keys when Redis runs out of memory
Which shard key should I choose for a collection of orders in MongoDB?
A primary elects itself again when the majority of the replica set is reachable.
How can I expose a pod to the internet with an ingress and a TLS certificate?
Roll back a Kubernetes deployment to its previous revision
Mount a volume read-only in a Docker container
Each layer of an image is cached until a line of the Dockerfile before it changes.
fix a crash of the scheduler when a node is drained twice
Terraform wants to destroy my bucket after I renamed the module, how do I move the state?
What is the difference between a security group and a network ACL?
Grant a Lambda function the permission to read from a queue
A load balancer stops sending requests to targets that fail three health checks.
Estimate the monthly bill of a virtual machine with a reserved instance
How do I split a git commit that has already been pushed into two?
Resolve a merge conflict in a binary file
Why is my CI job not picking up the cache from the main branch?
Secrets are not handed to workflows that a fork has triggered.
support matrix builds with more than 256 jobs per pipeline
How do I iterate over two lists at once in Python?
A generator keeps its local variables between two calls of next.
Pin the version of pip packages with hashes
Why does pandas warn about setting a value on a copy of a slice?
Train a convolutional network on two graphics cards with PyTorch
Which learning rate schedule should I use to fine-tune a language model?
The gradient is clipped before the optimizer takes its step.
ValueError: could not broadcast input array from shape (3,4) into shape (3,)
How do I make a struct implement Iterator in Rust?
The borrow checker refuses a second mutable reference while the first is alive.
Return an error that wraps another one in Go
A goroutine leaks when nobody reads from the channel that it sends to.
correct the data race in the connection pool of the HTTP client
What is the difference between unique_ptr and shared_ptr in C++?
Undefined reference to a symbol when linking a static library with CMake
How do I inject a bean by its name in Spring Boot?
The garbage collector pauses all threads while it compacts the old generation.
Migrate a Java project from Maven to Gradle
Which attribute binds an ASP.NET route parameter to an enum?
Write a Laravel migration that adds a nullable foreign key
A Rails callback runs after the transaction has been committed.
How do I paginate the results of a Django queryset?
Why is my nginx proxy returning 502 Bad Gateway after ten minutes?
Redirect all traffic of a domain to HTTPS with a 301
How do I center a div vertically with CSS grid?
A flex item does not shrink below the width of its longest word.
Specificity decides which of two style rules applies to an element.
Change the color of a link on hover without JavaScript
How can I lazy load pictures below the fold in plain HTML?
Why does the service worker still serve the old version of my page?
A cookie without SameSite is not sent with requests from another origin.
Build a WebSocket chat room with reconnect and back-off
Bundle a library as ES modules and CommonJS with Rollup
How do I share state between two components of a Vue application?
Angular complains that the expression has changed after it was checked
A Svelte store notifies its subscribers when the value is set.
What replaces the deprecated lifecycle hooks in version 3 of the framework?
add an option to ignore private members when sorting imports
no longer report false positives for default exports of anonymous functions
Debounce the search box so that the server is asked once
How do I mock the clock in an end-to-end test with Playwright?
Take a screenshot of the browser when a test fails
Run one test file alone and print the coverage
Publish a package with a scope to a private registry
Where should I put the business rules in a hexagonal architecture?
How do I roll out a feature flag to five percent of the users?
Rate limit a REST endpoint by API key
The resolver of a GraphQL field is called once for every parent object.
Validate a JSON document against a schema with conditional fields
Rotate the signing keys of JSON web tokens without logging everyone out
Which flow of OAuth suits a television without a keyboard?
A message is delivered again when the consumer does not acknowledge it in time.
How many partitions does a Kafka topic need for a thousand events a second?
Draw a histogram of request latencies in Grafana
An alert fires when the error budget is burnt within an hour.
Why does Elasticsearch return fewer hits than the total says?
Analyze German compound words for full text search
How do I write a Bash loop over files with spaces in their names?
Find out which process listens on port 8080
A systemd unit restarts its service five seconds after a failure.
Encrypt a disk with LUKS during the installation of Linux
Windows does not wake up from sleep after the graphics driver update
How do I move a column in an Excel pivot table?
Write a formula that looks up a value in another sheet
Import contacts from a CSV file into the address book
Make the background of a photo transparent with a layer mask
How do I rig a character with inverse kinematics in Blender?
The shader multiplies the normal with the direction of the light.
Spawn enemies in waves with a Unity coroutine
Read the temperature from a sensor over I2C with an Arduino
What resistor do I need for an LED at twelve volts?
The microcontroller enters deep sleep until a pin changes.
Flash the bootloader of a router over the serial console
Which socket does the motherboard need for that processor?
Replace the thermal paste of a laptop
How do I calibrate the first layer of a 3D printer?
Submit an app with a subscription to the store for review
Request permission to use the camera while the app is in the background
Sign an Android bundle with an upload key
A SwiftUI view redraws when one of its observed objects changes.
How do I write a plugin for WordPress that adds a block?
Embed a payment form and handle a card that needs 3D Secure
The webhook is signed with a secret, and retried for three days.
Send a newsletter without ending in the spam folder
Choose between a bar chart and a scatter plot for two variables
What is the time complexity of Dijkstra's algorithm with a binary heap?
Prove that there are infinitely many prime numbers
The derivative of a product of two functions
How is the confidence interval of a proportion computed?
Why do leaves turn red in autumn?
Mitochondria turn sugar into energy that the cell can use.
How does a vaccine with messenger RNA work?
The boiling point of water falls with the height above the sea.
What is the half-life of carbon-14?
Treat a sprained ankle in the first two days
Which side effects does ibuprofen have with alcohol?
How long do I have to knead a sourdough bread?
Let the onions brown slowly in butter, then add the stock.
Which wine goes with grilled salmon?
Can a landlord keep the deposit for normal wear?
The contract is void when one of the parties was forced to sign it.
Deduct a home office from the income tax
How do I apply for a visa as a student?
What is the difference between a stock and a bond?
The central bank raises interest rates when prices grow too fast.
When was the printing press invented?
The causes of the First World War
Who painted the ceiling of the Sistine Chapel?
Translate a poem without losing its rhyme
Which case follows the preposition in German?
The verb goes to the end of a subordinate clause.
Tune a guitar by ear
How do I change the chain of a bicycle?
Rotate the tyres every ten thousand kilometres
Plan a week of hiking in the Dolomites with children
The offside rule of football, explained
How do I train for a first marathon in four months?
Prune an apple tree in late winter
Why does my cat scratch the sofa and not the post?
Wash wool at thirty degrees without a spin
Which paint holds on a damp cellar wall?
Lead a meeting of forty people to a decision
Write a cover letter for a job in marketing
Tell a customer politely that the delivery is late
""".splitlines()
    if line
)
