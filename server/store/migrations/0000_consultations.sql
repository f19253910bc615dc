CREATE TABLE `consultations` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`admitted_at` integer,
	`ended_at` integer,
	`patient_label` text,
	`phone_generation` integer DEFAULT 0 NOT NULL,
	`resume_generation` integer DEFAULT 0 NOT NULL,
	`resumed_at` integer,
	`phone_address` text
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`consultation_id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`detail` text NOT NULL,
	FOREIGN KEY (`consultation_id`) REFERENCES `consultations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `events_by_consultation` ON `events` (`consultation_id`);--> statement-breakpoint
CREATE TABLE `pairings` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`consultation_id` text NOT NULL,
	`token` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	`nonce_hash` text,
	`phone_generation` integer,
	FOREIGN KEY (`consultation_id`) REFERENCES `consultations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `pairings_by_consultation` ON `pairings` (`consultation_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
